package org.postseal.gateway.admin.cli.policy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.policy.exchange.ExchangeExport;
import org.postseal.policy.exchange.ExchangeGaps;
import org.postseal.policy.yaml.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export-exchange",
        description = "Write a policy in Microsoft's names and values to standard output.",
        footer = {
            "",
            "json and list are what Get-MobileDeviceMailboxPolicy and Get-SmimeConfig would print:"
                    + " all mailbox policies and the",
            "smime section, or with --policy one mailbox policy."
                    + " easprovisiondoc is the mailbox policy that --policy names, or else default.",
            "Exit code: 65 if Microsoft's values cannot express the policy; each such setting is named."
        })
final class ExportExchangeCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the policy; - is standard input")
    private String file = "";

    @Option(
            names = "--format",
            required = true,
            paramLabel = "json|list|easprovisiondoc",
            description = "the format to write")
    private Format format = Format.JSON;

    @Option(names = "--policy", paramLabel = "NAME", description = "only this mailbox policy")
    private @Nullable String policy;

    private enum Format {
        JSON,
        LIST,
        EASPROVISIONDOC
    }

    ExportExchangeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Optional<String> only = Optional.ofNullable(policy)
                .or(() -> Optional.of("default").filter(_ -> format == Format.EASPROVISIONDOC));
        String yaml = InputText.read(file, console.in());
        return switch (ExchangeExport.of(InputText.name(file), yaml, only, ExchangeGaps.REFUSED)) {
            case ExchangeExport.Exported exported -> {
                Problems.print(exported.warnings(), console);
                console.out()
                        .print(
                                switch (format) {
                                    case JSON -> JsonText.of(exported.objects()) + "\n";
                                    case LIST -> exported.list();
                                    case EASPROVISIONDOC -> exported.provisionDocument();
                                });
                yield ExitCode.OK;
            }
            case ExchangeExport.Refused(List<Problem> problems) ->
                throw ImportExchangeCommand.refused(console, problems, "exported");
        };
    }
}
