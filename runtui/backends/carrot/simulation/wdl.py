"""The workflow texts the simulated server hands out."""

EXAMPLE_TEST = """version 1.0

workflow test_workflow {
  input {
    Float a
    Float b
    String image_to_use
  }

  call make_data_file { input: a = a, b = b, image_to_use = image_to_use }

  output {
    File data_file = make_data_file.data_file
  }
}

task make_data_file {
  input {
    Float a
    Float b
    String image_to_use
  }

  command <<<
    python3 /make_data.py --a ~{a} --b ~{b} --points 400 --output data.txt
  >>>

  runtime {
    docker: image_to_use
    memory: "2 GB"
  }

  output {
    File data_file = "data.txt"
  }
}
"""

EXAMPLE_EVAL = """version 1.0

workflow eval_workflow {
  input {
    File data_file
    String image_to_use
  }

  call compare { input: data_file = data_file, image_to_use = image_to_use }

  output {
    File comparison_result = compare.comparison_result
    Float mean_difference = compare.mean_difference
  }
}

task compare {
  input {
    File data_file
    String image_to_use
  }

  command <<<
    python3 /compare.py --data ~{data_file} --output comparison.csv | tee summary.txt
  >>>

  runtime {
    docker: image_to_use
    memory: "2 GB"
  }

  output {
    File comparison_result = "comparison.csv"
    Float mean_difference = read_float("mean.txt")
  }
}
"""

GERMLINE_TEST = """version 1.0

import "JointGenotyping.wdl" as joint_genotyping

workflow HaplotypeCallerBenchmark {
  input {
    File input_bam
    File ref_fasta
    File calling_intervals
    String sample_name
    Int scatter_count
    Int min_base_quality
    String gatk_docker
  }

  call SplitIntervals { input: intervals = calling_intervals, count = scatter_count, gatk_docker = gatk_docker }

  scatter (interval_list in SplitIntervals.interval_files) {
    call HaplotypeCaller {
      input: bam = input_bam, ref = ref_fasta, intervals = interval_list, quality = min_base_quality,
        gatk_docker = gatk_docker
    }
  }

  call MergeGVCFs { input: gvcfs = HaplotypeCaller.gvcf, sample = sample_name }

  call joint_genotyping.JointGenotyping { input: gvcf = MergeGVCFs.output_gvcf, ref = ref_fasta }

  output {
    File output_vcf = JointGenotyping.output_vcf
    Int variant_count = JointGenotyping.variant_count
    String caller_version = SplitIntervals.gatk_version
  }
}
"""

GERMLINE_EVAL = """version 1.0

workflow BenchmarkVCFs {
  input {
    File call_vcf
    File truth_vcf
    File high_confidence_bed
    String sample_name
  }

  call NormaliseCalls { input: vcf = call_vcf }
  call Vcfeval { input: calls = NormaliseCalls.normalised, truth = truth_vcf, regions = high_confidence_bed }
  call SummariseMetrics { input: roc_files = Vcfeval.roc_files, sample = sample_name }

  output {
    File summary = SummariseMetrics.summary
    Float snp_f1 = SummariseMetrics.snp_f1
    Float snp_precision = SummariseMetrics.snp_precision
    Float snp_recall = SummariseMetrics.snp_recall
    Float indel_f1 = SummariseMetrics.indel_f1
  }
}
"""

DRAFT_TEST = """version 1.0

workflow StructuralVariants {
  input {
    File input_bam
  }
}
"""
