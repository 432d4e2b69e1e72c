"""Reference model adapters: baselines and simulations that look at no picture."""

import tma


@tma.hookimpl
def tma_model_adapters() -> list[tma.Contribution]:
    """The four adapters."""
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
            "simulated",
            "tma_plugins.reference.simulated:Simulated",
            summary="A known skill profile over plan fields, to check queries against (seed)",
            config="tma_plugins.reference.simulated:SimulatedConfig",
        ),
    ]
