package org.postseal.gateway.admin.cli.trust;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.gateway.admin.cli.cert.ImportFiles;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        description = "Check whether a certificate has a path to a trusted issuer, and print the path or the reason.",
        footer = {
            "",
            "The anchors are those that the gateway trusts: store/trust and the collections that trust.collections"
                    + " names. The first certificate of a file is judged; the others may be part of its path.",
            "Revocation is not checked. Exit code: 0 there is a path; 65 there is none."
        })
final class TrustVerifyCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "FILE|CERT", description = "a file, - for standard input, or a name as for 'cert show'")
    private String name = "";

    @Option(names = "--purpose", paramLabel = "sign|encrypt", description = "the use to judge for; default: encrypt")
    private CertificatePurpose purpose = CertificatePurpose.ENCRYPT;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "judge as of 2027-01-31 or 2027-01-31T12:00:00Z; default: now")
    private @Nullable Instant time;

    @Mixin
    private Options.Json json = new Options.Json();

    TrustVerifyCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        List<MailCertificate> given = given();
        MailCertificate leaf = given.getFirst();
        Instant at = Optional.ofNullable(time).orElse(store.now().truncatedTo(ChronoUnit.SECONDS));
        PathVerdict verdict = store.inDirectory(directory -> directory
                .validation()
                .validate(new ValidationRequest(
                        leaf, given.subList(1, given.size()), purpose, RevocationMode.OFF, at, Optional.empty())));
        boolean isUsable = verdict.status() instanceof CertificateStatus.Usable;
        if (json.isWanted()) {
            tellScripts(leaf, at, verdict);
        } else if (isUsable) {
            tell(at, verdict);
        } else {
            store.out()
                    .println("not usable to " + Options.word(purpose) + " at " + at + ": "
                            + Printable.line(verdict.status().text()) + " (code "
                            + verdict.status().code().number() + ")");
        }
        return isUsable ? ExitCode.OK : ExitCode.REFUSED;
    }

    private void tell(Instant at, PathVerdict verdict) {
        store.out().println("usable to " + Options.word(purpose) + " at " + at + " (code 1)");
        for (MailCertificate each : verdict.path()) {
            store.out()
                    .println("  " + CertificateName.brief(each.id()) + " until " + Validity.day(each.notAfter()) + " "
                            + Printable.line(CertificateView.subject(each)));
        }
    }

    private void tellScripts(MailCertificate leaf, Instant at, PathVerdict verdict) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("certificate", leaf.id().hex());
        members.put("purpose", Options.word(purpose));
        members.put("time", at);
        members.put("usable", verdict.status() instanceof CertificateStatus.Usable);
        members.put("code", verdict.status().code().number());
        members.put("reason", verdict.status().text());
        members.put(
                "path", verdict.path().stream().map(CertificateView::members).toList());
        store.out().println(JsonText.of(members));
    }

    private List<MailCertificate> given() {
        if (!name.equals("-") && !Files.exists(Path.of(name))) {
            MailCertificate stored = store.read(database -> CertificateName.find(database, name));
            return List.of(stored);
        }
        ImportFiles read = ImportFiles.read(store, List.of(name), Optional.empty(), ReadOptions.strict());
        List<MailCertificate> found = certificates(read);
        if (found.isEmpty() && !read.hasProblems()) {
            read.problem(name + ": no certificate in it");
        }
        read.demandSound("nothing verified");
        return found;
    }

    private static List<MailCertificate> certificates(ImportFiles read) {
        return read.contents().stream()
                .map(CertificateFile.Contents::certificates)
                .flatMap(List::stream)
                .map(CertificateElement::certificate)
                .toList();
    }
}
