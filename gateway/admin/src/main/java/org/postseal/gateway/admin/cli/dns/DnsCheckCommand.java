package org.postseal.gateway.admin.cli.dns;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Domain;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.remote.issuemail.Issuemail;
import org.postseal.certstore.remote.smimea.SmimeaAnswer;
import org.postseal.certstore.remote.smimea.SmimeaRecord;
import org.postseal.certstore.remote.smimea.SmimeaResolver;
import org.postseal.certstore.remote.smimea.ValidatedResolver;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.NameServers;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.TextTable;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        description = "Compare what DNS says about a domain of ours with our own store: SMIMEA and CAA issuemail.",
        footer = {
            "",
            "It asks the name servers of directory.smimea, or those of the machine, and validates by DNSSEC.",
            "Exit code: 0 as it should be; 65 a certificate is missing or another one is published, or the authority"
                    + " may not issue; 69 DNS does not answer.",
            "",
            "  postseal dns check example.com",
            "  postseal dns check example.com --authority ca.example.net --json"
        })
final class DnsCheckCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "DOMAIN", description = "the domain of the addresses")
    private String name = "";

    @Option(
            names = "--authority",
            paramLabel = "NAME",
            description = "the domain name of the authority that is to issue, as it wants it in CAA records")
    private @Nullable String authority;

    @Mixin
    private Options.Json json = new Options.Json();

    DnsCheckCommand(StoreAccess store) {
        this.store = store;
    }

    private enum Result {
        OK,
        ABSENT,
        OTHER,
        FAILED
    }

    private record Checked(String what, Result result, String words) {
        Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("what", what);
            members.put("result", result.name().toLowerCase(Locale.ROOT));
            members.put("text", words);
            return members;
        }
    }

    @Override
    public Integer call() {
        Domain domain =
                Domain.parse(name).orElseThrow(() -> new WrongUse("'" + Printable.line(name) + "' is not a domain"));
        ValidatedResolver resolver = NameServers.resolver(store);
        List<Checked> all = new ArrayList<>();
        all.add(issuemail(new Issuemail(resolver), domain));
        SmimeaResolver smimea = new SmimeaResolver(resolver);
        Publishable.find(store, each -> each.domain().equals(domain)).forEach(each -> all.add(smimea(smimea, each)));
        if (json.isWanted()) {
            store.out().println(JsonText.of(all.stream().map(Checked::members).toList()));
        } else {
            TextTable table = new TextTable(store.out(), store.terminalWidth(), "WHAT", "RESULT", "DNS SAYS");
            all.forEach(each -> table.row(each.what(), each.result().name().toLowerCase(Locale.ROOT), each.words()));
            table.flush();
        }
        if (all.stream().allMatch(each -> each.result() == Result.OK)) {
            return ExitCode.OK;
        }
        return all.stream().anyMatch(each -> each.result() == Result.FAILED) ? ExitCode.UNAVAILABLE : ExitCode.REFUSED;
    }

    private Checked issuemail(Issuemail issuemail, Domain domain) {
        try {
            Issuemail.Ruling ruling = issuemail.about(domain);
            boolean isFine = Optional.ofNullable(authority).map(ruling::permits).orElse(true);
            return new Checked("issuemail", isFine ? Result.OK : Result.OTHER, ruling.words());
        } catch (StoreUnavailableException e) {
            return new Checked("issuemail", Result.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static Checked smimea(SmimeaResolver resolver, Publishable published) {
        String what = published.address().toString();
        try {
            return switch (resolver.resolve(published.name())) {
                case SmimeaAnswer.Absent(String why) -> new Checked(what, Result.ABSENT, why);
                case SmimeaAnswer.Secure(List<SmimeaRecord> records, int unknown, var _) -> {
                    boolean isThere = records.stream().anyMatch(published.record()::isSame);
                    int others = records.size() + unknown - (isThere ? 1 : 0);
                    String more = Options.count(others, isThere ? "further record" : "record");
                    yield isThere
                            ? new Checked(what, Result.OK, others == 0 ? "our certificate" : "our certificate, " + more)
                            : new Checked(what, Result.OTHER, more + ", none with our certificate");
                }
            };
        } catch (StoreUnavailableException e) {
            return new Checked(what, Result.FAILED, String.valueOf(e.getMessage()));
        }
    }
}
