"""Options of resources, where Pulumi's own rules fall short."""

import pulumi


def below(component: pulumi.Resource, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return the options of a component's children: they wait for what the component was told to wait for.

    Pulumi hands a component's providers on to its children, and not what it depends on.
    """
    return pulumi.ResourceOptions(parent=component, depends_on=opts.depends_on if opts else None)
