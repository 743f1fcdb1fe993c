package org.postseal.gateway.admin.cli.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.WrappedKeys.PairedBy;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.BundleElement.KeyElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.KeyVault.KeyImport;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.cli.cert.ImportChecks;
import org.postseal.gateway.admin.cli.cert.ImportFiles;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = "Import private keys of our own users with their certificates, and answers to 'key csr':"
                + " all of them or none.",
        footer = {
            "",
            "A key is used with the certificates of its own file, or with the stored one that"
                    + " --pair names. Anybody can have a",
            "certificate made for somebody else's public key, so the key alone proves nothing.",
            "",
            "A file with certificates alone is the answer of an authority to a request:"
                    + " one of them must be for a key of the store.",
            "",
            "  postseal key import alice.p12 --password-file alice.p12.password",
            "  postseal key import folder-of-p12-files/",
            "  postseal key import key.pem --pair 1a2b3c4d",
            "  postseal key import answer.pem"
        })
final class KeyImportCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "a file, a folder of files, or - for standard input")
    private List<String> files = new ArrayList<>();

    @Option(names = "--pair", paramLabel = "CERT", description = "the stored certificate that the key is for")
    private @Nullable String pair;

    @Option(
            names = "--require-ski",
            description = "refuse certificates without a subject key identifier instead of warning about them")
    private boolean requireSki;

    @Mixin
    private Options.DryRun dryRun = new Options.DryRun();

    @Mixin
    private Options.Password password = new Options.Password();

    @Mixin
    private Options.Note note = new Options.Note();

    KeyImportCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        MasterKey master = store.masterKey();
        ImportFiles read = ImportFiles.read(store, files, password.file(), ReadOptions.strict());
        for (CertificateFile.Contents contents : read.contents()) {
            if (contents.keys().isEmpty()
                    && contents.certificates().isEmpty()
                    && contents.problems().isEmpty()) {
                read.problem(contents.file() + ": neither a private key nor a certificate in it");
            }
            contents.certificates().forEach(each -> ImportChecks.check(store, read, each, requireSki));
        }
        // If a file has a problem, this is only a rehearsal: nothing stays, and no database is made
        List<String> lines = store.change(
                dryRun.isWanted() || read.hasProblems(), note.text(), editing -> importAll(editing, master, read));
        lines.forEach(line -> store.out().println(line));
        store.out().println(Options.count(lines, "key") + " imported" + dryRun.remark());
        return ExitCode.OK;
    }

    private List<String> importAll(StoreAccess.Editing editing, MasterKey master, ImportFiles read) {
        Optional<MailCertificate> partner =
                Optional.ofNullable(pair).map(name -> CertificateName.find(editing.contents(), name));
        KeyVault vault = store.vault(editing, master);
        List<String> lines = new ArrayList<>();
        for (CertificateFile.Contents contents : read.contents()) {
            List<MailCertificate> beside = contents.certificates().stream()
                    .map(CertificateElement::certificate)
                    .distinct()
                    .toList();
            if (contents.keys().isEmpty() && !beside.isEmpty()) {
                lines.addAll(new RequestAnswer(store, editing).take(contents.file(), beside, read));
            }
            for (KeyElement element : contents.keys()) {
                KeyImport result = vault.importKey(
                        editing.contents(),
                        element.key(),
                        beside,
                        stored -> partner.filter(stored::equals).map(_ -> PairedBy.ADMINISTRATOR),
                        editing.act());
                switch (result) {
                    case KeyImport.Imported imported -> lines.add(imported(editing, imported));
                    case KeyImport.WithoutCertificate without -> read.problem(refusal(element, partner, without));
                }
            }
        }
        read.demandSound("nothing imported");
        return lines;
    }

    private static String imported(StoreAccess.Editing editing, KeyImport.Imported imported) {
        editing.record(
                "key-import",
                "key:" + imported.id(),
                imported.paired().stream()
                        .map(each -> "certificate " + each.id() + " " + Printable.list(each.addresses()))
                        .toList());
        return (imported.isNew() ? "added key " : "known key ")
                + imported.id().hex().substring(0, 16) + " with certificate "
                + String.join(
                        "; ", imported.paired().stream().map(ImportChecks::line).toList());
    }

    private static String refusal(
            KeyElement element, Optional<MailCertificate> partner, KeyImport.WithoutCertificate without) {
        String start = element.position() + ": private key without a certificate in the same file";
        if (partner.isPresent()) {
            return start + ", and " + CertificateName.brief(partner.get().id()) + " is for another key";
        }
        return without.unvouched().isEmpty()
                ? start
                : start + "; if it is for a stored one, say so: --pair "
                        + CertificateName.brief(without.unvouched().getFirst().id());
    }
}
