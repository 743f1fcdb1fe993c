package org.postseal.gateway.admin.cli.rollout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.CertificateFiles;
import org.postseal.certstore.format.FormatProblem;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.admin.rollout.RolloutFile;
import org.postseal.gateway.admin.rollout.ThunderbirdPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "thunderbird",
        description = "Write a folder with policies.json and certificates that let Thunderbird trust authorities.",
        footer = {
            "",
            "Thunderbird takes them as anchors for servers as well as for mail, so name only authorities of your own."
                    + " All files of the folder belong in",
            "/etc/thunderbird/policies, C:\\Program Files\\Mozilla Thunderbird\\distribution"
                    + " or Thunderbird.app/Contents/Resources/distribution.",
            "",
            "  postseal client thunderbird --trust own --out thunderbird",
            "  postseal client thunderbird --ca ca/root.pem --ca ca/issuing.pem --platform windows --out thunderbird"
        })
final class ThunderbirdCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Option(names = "--trust", paramLabel = "NAME", description = "a collection of the database; may be repeated")
    private List<String> collections = new ArrayList<>();

    @Option(names = "--ca", paramLabel = "FILE", description = "certificates in PEM, DER or PKCS #7; may be repeated")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--platform",
            paramLabel = "linux|windows|macos",
            description = "operating system of the users; default: linux")
    private ThunderbirdPolicy.Platform platform = ThunderbirdPolicy.Platform.LINUX;

    @Option(
            names = "--system-roots",
            description = "authorities that the administrator has added to Windows or macOS count as well")
    private boolean usesSystem;

    @Mixin
    private NewFolder folder = new NewFolder();

    ThunderbirdCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        if (collections.isEmpty() && files.isEmpty()) {
            throw new WrongUse("give --trust or --ca");
        }
        folder.demandPossible();
        List<MailCertificate> authorities = valid(named());
        List<RolloutFile> made = new ArrayList<>(ThunderbirdPolicy.certificates(authorities));
        String policy = JsonText.of(ThunderbirdPolicy.policy(authorities, platform, usesSystem)) + "\n";
        made.add(new RolloutFile("policies.json", policy.getBytes(StandardCharsets.UTF_8), false));
        folder.write(made);
        made.forEach(file -> store.out().println(folder.path().resolve(file.name())));
        store.out().println("all of them belong in " + platform.folder());
        return ExitCode.OK;
    }

    private List<MailCertificate> named() {
        List<MailCertificate> all = new ArrayList<>();
        for (String name : collections) {
            Collected found = store.read(database -> database.trust()
                    .find(name)
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.REFUSED,
                            "there is no collection " + Printable.line(name),
                            "postseal trust list shows all")));
            all.addAll(found.anchors());
            all.addAll(found.intermediates());
        }
        files.forEach(file -> all.addAll(read(file)));
        return all;
    }

    private List<MailCertificate> read(Path file) {
        byte[] octets;
        try {
            octets = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be read");
        }
        return switch (CertificateFiles.read(file.toString(), octets, ReadOptions.strict())) {
            case CertificateFile.Contents contents
            when contents.keys().isEmpty() && contents.problems().isEmpty() ->
                contents.certificates().stream()
                        .map(CertificateElement::certificate)
                        .toList();
            case CertificateFile.Contents contents -> {
                contents.problems().forEach(each -> store.problem(each.toString()));
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        file + (contents.keys().isEmpty() ? " has problems, see above" : " has a private key in it"));
            }
            case CertificateFile.Refused(var _, FormatProblem problem) ->
                throw new CommandFailure(ExitCode.REFUSED, Printable.line(problem.toString()));
        };
    }

    private List<MailCertificate> valid(List<MailCertificate> all) {
        List<MailCertificate> valid = new ArrayList<>();
        for (MailCertificate each : all) {
            if (each.x509().getBasicConstraints() < 0) {
                throw new CommandFailure(
                        ExitCode.REFUSED, Printable.line(each.subject() + " is no authority, and must not become one"));
            }
            if (each.notAfter().isBefore(store.now())) {
                store.warn(each.subject() + " expired on " + each.notAfter() + " and is left out");
            } else {
                valid.add(each);
            }
        }
        if (valid.isEmpty()) {
            throw new CommandFailure(ExitCode.REFUSED, "no authority is left");
        }
        return valid;
    }
}
