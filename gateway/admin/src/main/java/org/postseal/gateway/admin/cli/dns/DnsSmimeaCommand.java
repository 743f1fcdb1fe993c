package org.postseal.gateway.admin.cli.dns;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "smimea",
        description = "Write SMIMEA records (RFC 8162) with our own users' certificates, for a zone file.",
        footer = {
            "",
            "Each record holds the certificate that mail to the user is encrypted with."
                    + " Others believe it only if the zone is signed by DNSSEC.",
            "",
            "  postseal dns smimea --all -o smimea.zone",
            "  postseal dns smimea alice@example.com --ttl 300"
        })
final class DnsSmimeaCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(arity = "0..*", paramLabel = "ADDRESS", description = "the users whose certificates are written")
    private List<MailAddress> addresses = new ArrayList<>();

    @Option(
            names = "--all",
            description = "write those of every user with a certificate in our own store that has not expired")
    private boolean isForAll;

    @Option(
            names = "--ttl",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "how long others may keep a record; default: ${DEFAULT-VALUE}")
    private int seconds = 3600;

    @Mixin
    private Options.Output output = new Options.Output();

    @Mixin
    private Options.Json json = new Options.Json();

    DnsSmimeaCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        if (addresses.isEmpty() != isForAll) {
            throw new WrongUse("give addresses, or --all");
        }
        if (seconds < 0) {
            throw new WrongUse("--ttl must not be negative");
        }
        output.demandPossible();
        List<Publishable> found = Publishable.find(store, each -> isForAll || addresses.contains(each));
        List<MailAddress> missing = addresses.stream()
                .filter(each -> found.stream()
                        .noneMatch(published -> published.address().equals(each)))
                .toList();
        if (!missing.isEmpty() || found.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "there is no certificate to publish of "
                            + (missing.isEmpty()
                                    ? "anybody"
                                    : missing.stream()
                                            .map(MailAddress::toString)
                                            .collect(Collectors.joining(", "))),
                    "postseal cert list --source own");
        }
        String text = json.isWanted()
                ? JsonText.of(found.stream().map(this::members).toList()) + "\n"
                : found.stream().map(this::lines).collect(Collectors.joining());
        output.write(text.getBytes(StandardCharsets.US_ASCII), Options.count(found, "record"), store.out());
        return ExitCode.OK;
    }

    private String lines(Publishable each) {
        // The comment names the certificate alone: the name in DNS is a digest so that nobody can read the address.
        return "; " + CertificateName.brief(each.certificate().id()) + " until "
                + Validity.day(each.certificate().notAfter()) + "\n"
                + line(each) + "\n";
    }

    private String line(Publishable each) {
        return each.record().zoneLine(each.name(), Duration.ofSeconds(seconds));
    }

    private Map<String, Object> members(Publishable each) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("address", each.address().toString());
        members.put("name", each.name().text());
        members.put("certificate", each.certificate().id().hex());
        members.put("notAfter", each.certificate().notAfter());
        members.put("record", line(each));
        return members;
    }
}
