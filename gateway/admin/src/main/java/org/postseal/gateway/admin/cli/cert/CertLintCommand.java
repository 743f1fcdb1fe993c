package org.postseal.gateway.admin.cli.cert;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.lint.CertificateLint;
import org.postseal.certstore.authority.lint.Finding;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.ReadOptions;
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
            CertificateLint.rules()
                    .forEach(each -> store.out()
                            .println(each.id() + " " + Options.word(each.severity()) + " (" + each.section() + ")"));
            return ExitCode.OK;
        }
        if ((name == null) != isForAll) {
            throw new WrongUse("give a file, a certificate, or --all");
        }
        List<MailCertificate> certificates = name == null ? all() : named(name);
        List<Map<String, Object>> found = new ArrayList<>();
        boolean hasError = false;
        int count = 0;
        for (MailCertificate each : certificates) {
            List<Finding> findings = CertificateLint.check(each);
            hasError |= findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);
            count += findings.size();
            if (json.isWanted()) {
                found.add(members(each, findings));
            } else {
                print(each, findings);
            }
        }
        store.out()
                .println(
                        json.isWanted()
                                ? JsonText.of(found)
                                : Options.count(certificates, "certificate") + ", " + Options.count(count, "finding"));
        return hasError ? ExitCode.REFUSED : ExitCode.OK;
    }

    private void print(MailCertificate certificate, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        store.out().println(ImportChecks.line(certificate));
        findings.forEach(each -> store.out()
                .println("  " + Options.word(each.severity()) + " " + each.rule() + " (" + each.section() + "): "
                        + Printable.line(each.text())));
    }

    private static Map<String, Object> members(MailCertificate certificate, List<Finding> findings) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("certificate", certificate.id().hex());
        members.put("addresses", CertificateView.texts(certificate.addresses()));
        members.put(
                "findings",
                findings.stream()
                        .map(each -> {
                            Map<String, Object> finding = new LinkedHashMap<>();
                            finding.put("rule", each.rule());
                            finding.put("section", each.section());
                            finding.put("severity", Options.word(each.severity()));
                            finding.put("text", each.text());
                            return finding;
                        })
                        .toList());
        return members;
    }

    private List<MailCertificate> named(String text) {
        if (Files.isRegularFile(Path.of(text)) || text.equals("-")) {
            ImportFiles read = ImportFiles.read(store, List.of(text), Optional.empty(), ReadOptions.strict());
            read.demandSound("nothing checked");
            return read.contents().stream()
                    .map(CertificateFile.Contents::certificates)
                    .flatMap(List::stream)
                    .map(CertificateElement::certificate)
                    .distinct()
                    .toList();
        }
        return store.read(database -> database.read(contents -> {
            List<MailCertificate> ofAddress = MailAddress.parse(text)
                    .map(address -> contents.certificates().withAddress(address))
                    .orElse(List.of());
            return ofAddress.isEmpty() ? List.of(CertificateName.find(contents, text)) : ofAddress;
        }));
    }

    private List<MailCertificate> all() {
        List<MailCertificate> all = new ArrayList<>();
        return store.read(database -> database.read(contents -> {
            contents.certificates().forEach(CertificateFilter.all(PAGE), each -> all.add(each.certificate()));
            return all;
        }));
    }

    private static final int PAGE = 500;
}
