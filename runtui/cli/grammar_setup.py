"""The grammar of the commands about profiles, the configuration and simulated services."""

from runtui.cli.grammar import Commands, Parser, add_command, add_json_forms, port_number, speed, whole_number


def add_setup_commands(commands: Commands) -> None:
    """profiles, login, doctor, config, simulate, demo."""
    for add in (_add_profiles, _add_login, _add_doctor, _add_config, _add_simulate, _add_demo):
        add(commands)


def _add_profiles(commands: Commands) -> None:
    parser = add_command(
        commands, "profiles", "list the configured profiles, and those found on this machine",
        "One that was found serves when it is named with -p or in a RUN, and when none is configured.",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="ask each service whether it knows us")
    add_json_forms(parser)


def _add_config(commands: Commands) -> None:
    parser = add_command(commands, "config", "say where the configuration is")
    parser.add_argument("question", metavar="path", choices=("path",), help="print the path of the configuration file")


def _add_simulate(commands: Commands) -> None:
    parser = add_command(
        commands, "simulate", "serve a simulated service on this machine",
        "Prints first one line of JSON: service, url, credentials. Ends with ctrl-c.",
        example="runtui simulate SERVICE --port 8001 --speed 10",
    )  # fmt: skip
    parser.add_argument("service", metavar="SERVICE", help="the name of a service")
    parser.add_argument(
        "--port", type=port_number, default=0, metavar="N", help="port to listen on (default: any free one)"
    )
    _add_world(parser)
    parser.add_argument("--runs", type=whole_number, metavar="N", help="about so many runs in place of the usual few")
    parser.add_argument(
        "--fault", dest="faults", metavar="NAME[=VALUE]", action="append", default=[],
        help="switch one of its faults on; `--fault help` lists them",
    )  # fmt: skip


def _add_demo(commands: Commands) -> None:
    parser = add_command(
        commands, "demo", "open the dashboard on simulated services: no account, no network",
        "Nothing is read from your configuration and nothing stays on this machine.",
    )  # fmt: skip
    _add_world(parser)


def _add_world(parser: Parser) -> None:
    """What time does in a simulated world, and which one it is."""
    parser.add_argument(
        "--speed", type=speed, default=1.0, metavar="X",
        help="how many times faster than ours its time runs (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed gives the same runs (default: 1)"
    )


def _add_login(commands: Commands) -> None:
    parser = add_command(
        commands, "login", "check that a profile can log in, and say what to do when it cannot",
        "No password is ever asked for on the command line: write in the configuration where it is kept.",
    )  # fmt: skip
    parser.add_argument("name", metavar="PROFILE", help="the profile's name")


def _add_doctor(commands: Commands) -> None:
    add_command(commands, "doctor", "check this installation, the configuration, the terminal and every service")
