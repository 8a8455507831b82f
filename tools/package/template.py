"""The published template: template.yaml with the package's files instead of what builds them."""

FUNCTION = (
    "    Metadata: # built by layers/Makefile, run in this folder\n"
    "      BuildMethod: makefile\n      ContextPath: layers\n      WorkingDirectory: .\n      cfn-lint:\n"
)
LAYER = (
    "    Metadata: # built by layers/Makefile, run in this folder\n      BuildArchitecture: arm64\n"
    "      BuildMethod: makefile\n      ContextPath: layers\n      WorkingDirectory: .\n"
)
NO_SOURCE = (
    "    # No SourceCodeUrl, because it names the publisher's repository: `make package SOURCE_URL=…` adds it.\n"
)
ARCHITECTURES = ("    Architectures: [arm64]\n", "      CompatibleArchitectures: [arm64]\n")


def publish(source: str, *, function: str, layer: str, machine: str, architecture: str, source_url: str) -> str:
    """
    Return the text of the published template.

    Args:
        source: Text of template.yaml.

        function: File name of the function's archive.

        layer: File name of the layer's archive.

        machine: File name of the state machine's definition.

        architecture: ``arm64`` or ``x86_64``.

        source_url: URL of the source code; empty if it is not published.

    Raises:
        SystemExit: template.yaml does not contain a line that must be replaced, or contains it twice.
    """
    replaced = {
        FUNCTION: "    Metadata:\n      cfn-lint:\n",
        LAYER: "",
        NO_SOURCE: f"    SourceCodeUrl: {source_url}\n" if source_url else "",
        "      CodeUri: functions/\n": f"      CodeUri: {function}\n",
        "      ContentUri: layers/runtime/\n": f"      ContentUri: {layer}\n",
        f"      DefinitionUri: statemachines/{machine}\n": f"      DefinitionUri: {machine}\n",
        **{line: line.replace("arm64", architecture) for line in ARCHITECTURES},
    }
    text = source
    for old, new in replaced.items():
        if text.count(old) != 1:
            raise SystemExit(f"template.yaml contains these lines {text.count(old)} times; expected: once.\n{old}")
        text = text.replace(old, new)
    return text
