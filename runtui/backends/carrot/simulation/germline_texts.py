"""What the calls of the variant calling benchmark write."""

from runtui.backends.carrot.simulation.call_text import CallText, gatk_log, java_trace, python_log, traceback_lines

_HELLBENDER = "org.broadinstitute.hellbender"
_CHROMOSOME_LENGTH = 64_444_167


def _scatter(text: CallText) -> int:
    count = text.context.inputs.get("scatter_count")
    return max(1, count) if isinstance(count, int) else 6


def _banner(text: CallText, tool: str) -> None:
    version = str(text.context.numbers.get("caller_version", "v4.4.0.0")).rpartition("v")[2]
    jar = f"/gatk/gatk-package-{version}-local.jar"
    text.warn(0.0, f"Using GATK jar {jar}", "Running:", f"    java -Xmx6g -jar {jar} {tool}")
    for share, message in (
        (0.01, "------------------------------------------------------------"),
        (0.01, f"The Genome Analysis Toolkit (GATK) v{version}"),
        (0.012, "For support and documentation go to https://software.broadinstitute.org/gatk/"),
        (0.012, "Executing as root@worker on Linux v5.15.0-1062-gcp amd64"),
        (0.013, "Java runtime: OpenJDK 64-Bit Server VM v17.0.4.1+1-Ubuntu"),
        (0.014, f"Start Date/Time: {text.stamp(0.0)}"),
        (0.02, "Initializing engine"),
        (0.03, "Done initializing engine"),
    ):
        text.warn(share, gatk_log(text, share, "INFO", tool, message))
    text.warn(0.031, gatk_log(text, 0.031, "WARN", "IntelPKHmmUtils", "Intel GKL is not usable: falling back to Java"))


def _progress(text: CallText, share: float, place: str, count: int, minutes: float) -> str:
    row = f"{place:>20} {minutes:16.1f} {count:22d} {count / max(minutes, 0.01):16.1f}"
    return gatk_log(text, share, "INFO", "ProgressMeter", row)


def split_intervals(text: CallText) -> None:
    """Cuts the calling intervals in pieces."""
    _banner(text, "SplitIntervals")
    count = _scatter(text)
    lines = [
        gatk_log(text, 0.1 + 0.8 * number / count, "INFO", "SplitIntervals", f"Writing scattered interval {number:04d}")
        for number in range(count)
    ]
    text.spread(0.1, 0.9, lines, errors=True)
    text.warn(0.97, gatk_log(text, 0.97, "INFO", "SplitIntervals", "Shutting down engine"))
    text.say(0.98, f"Tool returned:\n{count}")


def haplotype_caller(text: CallText) -> None:
    """Calls variants in one piece of the chromosome."""
    context = text.context
    _banner(text, "HaplotypeCaller")
    scatter = _scatter(text)
    first = _CHROMOSOME_LENGTH * max(0, context.shard) // scatter
    width = _CHROMOSOME_LENGTH // scatter
    stopped = 0.93 if context.fails or context.retried else 0.95
    text.warn(0.04, gatk_log(text, 0.04, "INFO", "ProgressMeter", "       Current Locus  Elapsed Minutes     Regions"
              " Processed   Regions/Minute"))  # fmt: skip
    regions = 0
    for number in range(260):
        share = 0.05 + 0.9 * number / 260
        if share > stopped:
            break
        regions += context.chance.randint(70, 190)
        locus = first + int(width * number / 260) + context.chance.randint(0, 4000)
        minutes = share * context.seconds / 60
        text.warn(share, _progress(text, share, f"chr20:{locus}", regions, minutes))
        if context.chance.random() < 0.03:
            message = f"Annotation will not be calculated at position chr20:{locus}: genotype is not called"
            text.warn(share, gatk_log(text, share, "WARN", "DepthPerSampleHC", message))
    if context.retried:
        text.warn(0.95, "Killed")
    elif context.fails:
        text.warn(0.95, gatk_log(text, 0.95, "INFO", "HaplotypeCaller", "Shutting down engine"))
        text.warn(0.97, "***********************************************************************", "",
                  f"A USER ERROR has occurred: Badly formed genome unclippedLoc: Contig chr20_alt given as location,"
                  f" but this contig isn't present in the Fasta sequence dictionary, near chr20:{first + width // 2}",
                  "", "***********************************************************************")  # fmt: skip
        text.warn(0.98, *java_trace(
            f"{_HELLBENDER}.exceptions.UserException$MalformedGenomeLoc: Badly formed genome unclippedLoc",
            [
                f"{_HELLBENDER}.utils.GenomeLocParser.vglHelper(GenomeLocParser.java:279)",
                f"{_HELLBENDER}.utils.GenomeLocParser.validateGenomeLoc(GenomeLocParser.java:245)",
                f"{_HELLBENDER}.engine.AssemblyRegionWalker.processReadShard(AssemblyRegionWalker.java:192)",
                f"{_HELLBENDER}.engine.AssemblyRegionWalker.traverse(AssemblyRegionWalker.java:173)",
                f"{_HELLBENDER}.cmdline.CommandLineProgram.doWork(CommandLineProgram.java:1098)",
                f"{_HELLBENDER}.Main.main(Main.java:306)",
            ],
        ))  # fmt: skip
    else:
        text.warn(0.96, gatk_log(text, 0.96, "INFO", "HaplotypeCaller", f"{regions} total reads filtered out of"
                  f" {regions * 31} reads processed"))  # fmt: skip
        text.warn(0.98, gatk_log(text, 0.98, "INFO", "HaplotypeCaller", "Shutting down engine"))


def merge_gvcfs(text: CallText) -> None:
    """Puts the pieces together."""
    context = text.context
    text.warn(
        0.0, "INFO\t" + text.stamp(0.0) + "\tMergeVcfs\t", "********** NOTE: Picard's command line syntax is changing."
    )
    records = 0
    for number in range(180):
        share = 0.04 + 0.9 * number / 180
        if context.fails and share > 0.9:
            break
        records += 10_000
        text.warn(share, f"INFO\t{text.stamp(share)}\tMergeVcfs\tProcessed {records:>11,} records.  Elapsed time:"
                  f" 00:{int(share * context.seconds) // 60:02d}:{int(share * context.seconds) % 60:02d}s."
                  f"  Last read position: chr20:{int(_CHROMOSOME_LENGTH * number / 180):,}")  # fmt: skip
    if context.fails:
        text.warn(0.93, *java_trace(
            'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
            [
                "java.base/java.util.Arrays.copyOf(Arrays.java:3537)",
                "htsjdk.samtools.util.BlockCompressedOutputStream.deflateBlock(BlockCompressedOutputStream.java:349)",
                "htsjdk.variant.vcf.VCFEncoder.write(VCFEncoder.java:118)",
                "picard.vcf.MergeVcfs.doWork(MergeVcfs.java:224)",
                "picard.cmdline.CommandLineProgram.instanceMain(CommandLineProgram.java:309)",
            ],
            "java.lang.OutOfMemoryError: GC overhead limit exceeded",
            ["htsjdk.samtools.util.SortingCollection.spillToDisk(SortingCollection.java:271)"],
        ))  # fmt: skip
        return
    minutes = context.seconds / 60
    text.warn(0.97, f"[{text.stamp(0.97)}] picard.vcf.MergeVcfs done. Elapsed time: {minutes:.2f} minutes.")
    text.warn(0.97, "Runtime.totalMemory()=2147483648")


def genotype_gvcfs(text: CallText) -> None:
    """Genotypes one half of the chromosome."""
    context = text.context
    _banner(text, "GenotypeGVCFs")
    variants = 0
    for number in range(220):
        share = 0.05 + 0.88 * number / 220
        if context.fails and share > 0.85:
            break
        variants += context.chance.randint(120, 260)
        minutes = share * context.seconds / 60
        locus = f"chr20:{int(_CHROMOSOME_LENGTH * number / 220)}"
        text.warn(share, _progress(text, share, locus, variants, minutes))
        if number % 40 == 17:
            message = f"Not calculated at position chr20:{number * 9377}: at least 10 samples must have genotypes"
            text.warn(share, gatk_log(text, share, "WARN", "InbreedingCoeff", message))
    if context.fails:
        text.warn(0.9, gatk_log(text, 0.9, "INFO", "GenotypeGVCFs", "Shutting down engine"))
        text.warn(0.91, *java_trace(
            "java.lang.IllegalStateException: Allele in genotype AGT not in the variant context [A*, <NON_REF>, G]",
            [
                "htsjdk.variant.variantcontext.VariantContext.validateGenotypes(VariantContext.java:1487)",
                f"{_HELLBENDER}.tools.walkers.ReferenceConfidenceVariantContextMerger.merge"
                "(ReferenceConfidenceVariantContextMerger.java:137)",
                f"{_HELLBENDER}.tools.walkers.GenotypeGVCFsEngine.callRegion(GenotypeGVCFsEngine.java:135)",
                f"{_HELLBENDER}.tools.walkers.GenotypeGVCFs.apply(GenotypeGVCFs.java:345)",
                f"{_HELLBENDER}.Main.main(Main.java:306)",
            ],
            "htsjdk.tribble.TribbleException: Line 184403: there aren't enough columns for line",
            ["htsjdk.variant.vcf.AbstractVCFCodec.decodeLine(AbstractVCFCodec.java:375)"],
        ))  # fmt: skip
        return
    text.warn(
        0.97, gatk_log(text, 0.97, "INFO", "ProgressMeter", f"Traversal complete. Processed {variants} total variants")
    )


def hard_filter(text: CallText) -> None:
    """Marks the calls that are not to be trusted."""
    context = text.context
    _banner(text, "VariantFiltration")
    filters = ("QD2", "QUAL30", "SOR3", "FS60", "MQ40", "MQRankSum-12.5", "ReadPosRankSum-8")
    lines = []
    for number in range(1900):
        locus = 60_000 + number * 33_870 + context.chance.randint(0, 20_000)
        hit = filters[context.chance.randrange(len(filters))] if context.chance.random() < 0.16 else "PASS"
        lines.append(
            f"chr20\t{locus}\t{context.chance.uniform(20, 2900):.2f}\t{hit}\tDP={context.chance.randint(8, 62)}"
        )
    text.spread(0.06, 0.93, lines)
    text.say(0.96, f"kept {context.numbers.get('variant_count', 0)} variants")
    text.warn(0.97, gatk_log(text, 0.97, "INFO", "VariantFiltration", "Shutting down engine"))


def normalise_calls(text: CallText) -> None:
    """Splits multi-allelic sites and aligns indels to the left."""
    text.warn(0.0, "[W::vcf_parse] Contig 'chr20' is not defined in the header. (Quick workaround: index the file)")
    text.spread(
        0.05, 0.85, [f"split\tchr20:{60_343 + 41_111 * number}\t2 alleles" for number in range(150)], errors=False
    )
    if text.context.fails:
        text.warn(0.9, "[E::bgzf_read_block] Failed to read BGZF block data at offset 8126464 expected 26018 bytes;"
                  " hread returned 11240", "[E::vcf_parse_format] Truncated record at chr20:6204119",
                  "Error: VCF parse error")  # fmt: skip
        return
    text.warn(0.95, "Lines   total/split/realigned/skipped:\t84712/1530/912/0")


def vcfeval(text: CallText) -> None:
    """Compares the calls with the truth set."""
    context = text.context
    text.warn(0.0, "Reference sequence chr20 is used in calls but not in baseline regions outside the bed file.")
    for number in range(280):
        share = 0.03 + 0.9 * number / 280
        if context.fails and share > 0.9:
            break
        text.say(share, f"{text.stamp(share)} RTG vcfeval: chr20 {number * 230_000:>9}-{(number + 1) * 230_000:>9}"
                 f"  paths={context.chance.randint(2, 380):>4}  queue={context.chance.randint(0, 9)}")  # fmt: skip
    if context.fails:
        text.warn(0.93, "Error: Record did not contain enough samples: chr20\t12042387\t.\tG\tA",
                  "RTG has encountered a difficulty, please contact support@realtimegenomics.com",
                  *java_trace("com.rtg.util.diagnostic.NoTalkbackSlimException: baseline VCF does not contain sample",
                              ["com.rtg.vcf.eval.VcfEvalTask.evaluateCalls(VcfEvalTask.java:178)",
                               "com.rtg.vcf.eval.VcfEvalCli.mainExec(VcfEvalCli.java:244)",
                               "com.rtg.launcher.AbstractCli.mainInit(AbstractCli.java:129)"]))  # fmt: skip
        return
    numbers = context.numbers
    text.say(0.95, "Threshold  True-pos  False-pos  False-neg  Precision  Sensitivity  F-measure",
             f"     None     69398        131        160     "
             f"{numbers.get('snp_precision', 0):.4f}       {numbers.get('snp_recall', 0):.4f}     "
             f"{numbers.get('snp_f1', 0):.4f}")  # fmt: skip


def summarise_metrics(text: CallText) -> None:
    """Makes the table of metrics."""
    context = text.context
    text.warn(0.0, python_log(text, 0.0, "INFO", "summarise", "reading weighted_roc.tsv.gz"))
    rows = [
        f"{context.chance.uniform(0, 99):8.2f}\t{number * 231}\t{number // 3}\t{69_400 - number * 231}"
        for number in range(300)
    ]
    text.spread(0.05, 0.85, rows)
    if context.fails:
        text.warn(0.9, *traceback_lines(
            [
                ("/opt/benchmark/summarise.py", 143, "<module>", "main(sys.argv[1:])"),
                ("/opt/benchmark/summarise.py", 121, "main", "metrics = [measure(table, kind) for kind in KINDS]"),
                ("/opt/benchmark/summarise.py", 77, "measure", "best = table.loc[table['f_measure'].idxmax()]"),
                ("/opt/conda/lib/python3.10/site-packages/pandas/core/series.py", 2568, "idxmax",
                 "i = self.argmax(axis, skipna, *args, **kwargs)"),
            ],
            "ValueError: attempt to get argmax of an empty sequence",
        ))  # fmt: skip
        return
    for name, value in context.numbers.items():
        text.say(0.94, f"{name:<16}{value}")
    text.warn(0.96, python_log(text, 0.96, "INFO", "summarise", "wrote benchmark_summary.tsv"))
