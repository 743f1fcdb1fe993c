package org.postseal.gateway.admin.cli.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.Domain;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.policy.exchange.ExchangeImport;
import org.postseal.policy.yaml.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "import-exchange",
        description = "Make a policy from the settings of Exchange, and write it to standard output.",
        footer = {
            "",
            "It reads what Get-MobileDeviceMailboxPolicy and Get-SmimeConfig print,"
                    + " as JSON or as Format-List shows it, and the EASProvisionDoc of",
            "ActiveSync as XML. Comments at the beginning of the policy say what was read, substituted and left out.",
            "",
            "  Get-MobileDeviceMailboxPolicy | ConvertTo-Json > policies.json",
            "  Get-SmimeConfig | ConvertTo-Json > smime.json",
            "  postseal policy import-exchange --internal example.com policies.json smime.json > policy.yaml"
        })
final class ImportExchangeCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "what Exchange wrote; - is standard input")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--internal",
            paramLabel = "DOMAIN",
            split = ",",
            converter = DomainConverter.class,
            description = "one of our own domains, or *.DOMAIN; may be repeated")
    private List<String> internal = new ArrayList<>();

    ImportExchangeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (internal.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "our own domains are not known: what Exchange writes does not name them",
                    "add --internal example.com");
        }
        List<ExchangeImport.Source> sources = files.stream()
                .map(file -> new ExchangeImport.Source(InputText.name(file), InputText.read(file, console.in())))
                .toList();
        return switch (ExchangeImport.of(sources, internal)) {
            case ExchangeImport.Imported(String yaml, List<String> remarks) -> {
                remarks.forEach(remark -> console.err().println("warning: " + remark));
                console.out().print(yaml);
                yield ExitCode.OK;
            }
            case ExchangeImport.Refused(List<Problem> problems) -> throw refused(console, problems, "imported");
        };
    }

    /** Prints the problems and returns the failure that ends the command. */
    static CommandFailure refused(Console console, List<Problem> problems, String what) {
        Problems.print(problems, console);
        return new CommandFailure(
                ExitCode.REFUSED, "nothing was " + what + ": " + Problems.count(problems) + ", see above");
    }

    /** Reads {@code example.com} or {@code *.example.com}. */
    static final class DomainConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            String domain = text.startsWith("*.") ? text.substring(2) : text;
            if (Domain.parse(domain).isEmpty()) {
                throw new TypeConversionException("must be a domain or *.domain, not '" + text + "'");
            }
            return text;
        }
    }
}
