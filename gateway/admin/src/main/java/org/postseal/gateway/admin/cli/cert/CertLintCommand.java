package org.postseal.gateway.admin.cli.cert;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.lint.CertificateLint;
import org.postseal.certstore.authority.lint.Finding;
import org.postseal.certstore.authority.lint.LintReport;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.format.BundleElement.BadElement;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.BundleElement.CrlElement;
import org.postseal.certstore.format.BundleElement.KeyElement;
import org.postseal.certstore.format.Position;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lint",
        description = "Check certificates against the S/MIME Baseline Requirements and rules of our own;"
                + " exit code 65 if one has an error.",
        footer = {
            "",
            "The Baseline Requirements apply to certificates that claim them by a policy of the CA/Browser Forum.",
            "Each certificate is followed by the rules that were not applied to it, and why.",
            "",
            "  postseal cert lint bob.pem",
            "  postseal cert lint alice@example.com",
            "  postseal cert lint --all --json"
        })
final class CertLintCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE|CERT",
            description =
                    "a file, or a name as for 'cert show'; an address stands for every certificate that carries it")
    private @Nullable String name;

    @Option(names = "--all", description = "check every certificate of the database")
    private boolean isForAll;

    @Option(names = "--rules", description = "list the rules and check nothing")
    private boolean isForRules;

    @Mixin
    private Options.Json json = new Options.Json();

    CertLintCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        if (isForRules) {
            store.out()
                    .println("S/MIME Baseline Requirements " + CertificateLint.BASELINE_VERSION
                            + " (BR), and rules of our own");
            CertificateLint.rules()
                    .forEach(each -> store.out()
                            .println(each.id() + " " + Options.word(each.severity()) + " (" + each.section() + ")"));
            return ExitCode.OK;
        }
        if ((name == null) != isForAll) {
            throw new WrongUse("give a file, a certificate, or --all");
        }
        List<Linted> certificates = name == null ? all() : named(name);
        List<Map<String, Object>> found = new ArrayList<>();
        boolean hasError = false;
        int count = 0;
        for (Linted each : certificates) {
            LintReport report = CertificateLint.report(each.der);
            hasError |= report.findings().stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);
            count += report.findings().size();
            if (json.isWanted()) {
                found.add(members(each, report));
            } else {
                print(each, report);
            }
        }
        store.out()
                .println(
                        json.isWanted()
                                ? JsonText.of(found)
                                : Options.count(certificates, "certificate") + ", " + Options.count(count, "finding"));
        return hasError ? ExitCode.REFUSED : ExitCode.OK;
    }

    /**
     * A certificate to look at.
     *
     * @param line the text that names it
     * @param addresses its addresses, if the gateway can use it
     */
    private record Linted(byte[] der, String line, List<MailAddress> addresses) {
        static Linted of(MailCertificate certificate) {
            return new Linted(certificate.encoded(), ImportChecks.line(certificate), certificate.addresses());
        }

        static Linted unusable(byte[] der, Position position) {
            return new Linted(der, CertificateName.brief(CertificateId.of(der)) + " " + position, List.of());
        }
    }

    private void print(Linted certificate, LintReport report) {
        store.out().println(certificate.line);
        report.findings()
                .forEach(each -> store.out()
                        .println("  " + Options.word(each.severity()) + " " + each.rule() + " (" + each.section()
                                + "): " + Printable.line(each.text())));
        if (!report.notApplied().isEmpty()) {
            store.out()
                    .println("  not applied: "
                            + report.notApplied().stream()
                                    .map(each -> String.join(", ", each.rules()) + " (" + each.reason() + ")")
                                    .collect(Collectors.joining("; ")));
        }
    }

    private static Map<String, Object> members(Linted certificate, LintReport report) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("certificate", CertificateId.of(certificate.der).hex());
        members.put("addresses", CertificateView.texts(certificate.addresses));
        members.put(
                "findings",
                report.findings().stream()
                        .map(each -> {
                            Map<String, Object> finding = new LinkedHashMap<>();
                            finding.put("rule", each.rule());
                            finding.put("section", each.section());
                            finding.put("severity", Options.word(each.severity()));
                            finding.put("text", each.text());
                            return finding;
                        })
                        .toList());
        members.put(
                "notApplied",
                report.notApplied().stream()
                        .map(each -> {
                            Map<String, Object> rules = new LinkedHashMap<>();
                            rules.put("rules", each.rules());
                            rules.put("reason", each.reason());
                            return rules;
                        })
                        .toList());
        return members;
    }

    private List<Linted> named(String text) {
        if (Files.isRegularFile(Path.of(text)) || text.equals("-")) {
            ImportFiles read = ImportFiles.readAnyCertificate(store, text);
            read.demandSound("nothing checked");
            return read.contents().stream()
                    .flatMap(each -> each.elements().stream())
                    .flatMap(each -> switch (each) {
                        case CertificateElement element -> Stream.of(Linted.of(element.certificate()));
                        case BadElement(Position position, String _, Optional<byte[]> der) ->
                            der.map(octets -> Linted.unusable(octets, position)).stream();
                        case KeyElement _, CrlElement _ -> Stream.empty();
                    })
                    .toList();
        }
        return store
                .read(database -> database.read(contents -> {
                    List<MailCertificate> ofAddress = MailAddress.parse(text)
                            .map(address -> contents.certificates().withAddress(address))
                            .orElse(List.of());
                    return ofAddress.isEmpty() ? List.of(CertificateName.find(contents, text)) : ofAddress;
                }))
                .stream()
                .map(Linted::of)
                .toList();
    }

    private List<Linted> all() {
        List<Linted> all = new ArrayList<>();
        return store.read(database -> database.read(contents -> {
            contents.certificates()
                    .forEach(CertificateFilter.all(PAGE), each -> all.add(Linted.of(each.certificate())));
            return all;
        }));
    }

    private static final int PAGE = 500;
}
