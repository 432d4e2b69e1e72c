"""Reference model adapters: baselines, simulations, people, and one that tells what it was sent."""

import tma


@tma.hookimpl
def tma_model_adapters() -> list[tma.Contribution]:
    """The seven adapters."""
    return [
        tma.Contribution(
            "random",
            "tma_plugins.reference.baselines:Random",
            summary="Picks an option by chance (seed)",
            config="tma_plugins.reference.baselines:RandomConfig",
        ),
        tma.Contribution(
            "constant",
            "tma_plugins.reference.baselines:Constant",
            summary="Always says one letter: constant:B; shows position bias",
            config="tma_plugins.reference.baselines:ConstantConfig",
        ),
        tma.Contribution(
            "oracle",
            "tma_plugins.reference.baselines:Oracle",
            summary="Always says the right letter",
        ),
        tma.Contribution(
            "blind",
            "tma_plugins.reference.blind:Blind",
            summary="Guesses from question and options alone, by options seen before (learn)",
            config="tma_plugins.reference.blind:BlindConfig",
        ),
        tma.Contribution(
            "echo",
            "tma_plugins.reference.echo:Echo",
            summary="Says back what it was sent, or a fixed text (reply): for tests of plugins",
            consumes=("image", "video"),
            config="tma_plugins.reference.echo:EchoConfig",
        ),
        tma.Contribution(
            "person",
            "tma_plugins.reference.person:Person",
            summary="Somebody who answers in a gallery, person:NAME; knows what was imported",
            consumes=("image", "video"),
            config="tma_plugins.reference.person:PersonConfig",
        ),
        tma.Contribution(
            "simulated",
            "tma_plugins.reference.simulated:Simulated",
            summary="A known skill profile over plan fields, to check queries against (seed)",
            config="tma_plugins.reference.simulated:SimulatedConfig",
        ),
    ]
