package org.postseal.gateway.admin.cli.trust;

import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.certstore.database.TrustImport;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.gateway.admin.cli.cert.ImportFiles;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = "Replace a collection of trusted issuers with the certificates in files: all of them or none.",
        footer = {
            "",
            "Self-signed certificates are trusted, the others help to build paths to them."
                    + " A collection is in force when",
            "trust.collections in postseal.yaml names it.",
            "",
            "  postseal trust import partners roots.sst",
            "  postseal trust import partners --clear"
        })
final class TrustImportCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(index = "0", paramLabel = "NAME", description = "name of the collection")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "FILE",
            description = "a file, a folder of files, or - for standard input")
    private List<String> files = new ArrayList<>();

    @Option(names = "--clear", description = "remove the collection")
    private boolean isCleared;

    @Option(names = "--lenient-sst", description = "accept an SST that lacks its end or holds unknown records")
    private boolean isLenient;

    @Mixin
    private Options.DryRun dryRun = new Options.DryRun();

    @Mixin
    private Options.Note note = new Options.Note();

    TrustImportCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        if (isCleared != files.isEmpty()) {
            throw new WrongUse("give files, or --clear");
        }
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new WrongUse("a name consists of letters, digits, dots, hyphens and underscores");
        }
        if (isCleared) {
            return TrustRemoveCommand.remove(store, name, note.text(), dryRun);
        }
        ImportFiles read = ImportFiles.read(
                store,
                files,
                java.util.Optional.empty(),
                isLenient ? ReadOptions.strict().withLenientSst() : ReadOptions.strict());
        Set<MailCertificate> members = members(read);
        // If a file has a problem, this is only a rehearsal: nothing stays, and no database is made
        Collected collection = store.change(
                dryRun.isWanted() || read.hasProblems(), note.text(), editing -> replace(editing, read, members));
        if (collection.anchors().isEmpty()) {
            store.warn("no self-signed certificate in it: by itself the collection trusts nobody");
        }
        if (!store.config().directory().trustCollections().contains(name)) {
            store.warn("not in force: trust.collections in postseal.yaml does not name " + name);
        }
        store.out()
                .println(name + ": " + Options.count(collection.anchors(), "anchor") + ", "
                        + Options.count(collection.intermediates(), "intermediate") + ", until "
                        + Validity.day(collection.expiryDate()) + " (" + collection.expiringThumbprint() + ")"
                        + dryRun.remark());
        return ExitCode.OK;
    }

    private static Set<MailCertificate> members(ImportFiles read) {
        Set<MailCertificate> members = new LinkedHashSet<>();
        for (CertificateFile.Contents contents : read.contents()) {
            contents.keys().forEach(key -> read.problem(key.position() + ": is a private key"));
            if (contents.certificates().isEmpty() && contents.problems().isEmpty()) {
                read.problem(contents.file() + ": no certificate in it");
            }
            contents.certificates().stream()
                    .map(CertificateElement::certificate)
                    .forEach(members::add);
        }
        return members;
    }

    private Collected replace(StoreAccess.Editing editing, ImportFiles read, Set<MailCertificate> members) {
        List<byte[]> bundle = members.stream().map(TrustImportCommand::der).toList();
        if (bundle.isEmpty()) {
            // An empty bundle would remove the collection
            read.demandSound("nothing imported");
        }
        return switch (editing.contents().trust().replace(name, bundle, editing.act())) {
            case TrustImport.Imported(Collected collection) -> {
                read.demandSound("nothing imported");
                editing.record(
                        "trust-import",
                        "trust:" + name,
                        Stream.concat(
                                        collection.anchors().stream().map(each -> "anchor " + each.id()),
                                        collection.intermediates().stream().map(each -> "intermediate " + each.id()))
                                .toList());
                yield collection;
            }
            case TrustImport.Refused(List<TrustImport.Problem> problems) -> {
                problems.forEach(each -> read.problem(line(each)));
                read.demandSound("nothing imported");
                throw new IllegalStateException("refused without a problem");
            }
            case TrustImport.Cleared _ -> throw new CommandFailure(ExitCode.REFUSED, "no certificate in the files");
        };
    }

    private static String line(TrustImport.Problem problem) {
        return problem.thumbprint() + " " + problem.subject() + ", until "
                + problem.notAfter().map(Object::toString).orElse("unknown") + ": " + problem.detail();
    }

    private static byte[] der(MailCertificate certificate) {
        try {
            return certificate.x509().getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("it was read from these octets", e);
        }
    }
}
