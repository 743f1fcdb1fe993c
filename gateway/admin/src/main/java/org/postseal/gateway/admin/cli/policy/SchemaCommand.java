package org.postseal.gateway.admin.cli.policy;

import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.policy.reading.PolicySchema;
import picocli.CommandLine.Command;

@Command(
        name = "schema",
        description = "Write the JSON Schema of the policy language, for editors, to standard output.",
        footer = {
            "",
            "An editor with a YAML language server uses it for a policy that begins with",
            "  # yaml-language-server: $schema=policy.schema.json"
        })
final class SchemaCommand implements Callable<Integer> {
    private final Console console;

    SchemaCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.out().println(JsonText.of(PolicySchema.json()));
        return ExitCode.OK;
    }
}
