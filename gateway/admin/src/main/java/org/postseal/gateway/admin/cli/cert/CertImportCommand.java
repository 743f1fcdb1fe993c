package org.postseal.gateway.admin.cli.cert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.BundleElement.KeyElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = "Import certificates of partners, of our own users, or of issuers for building paths:"
                + " all of them or none.",
        footer = {
            "",
            "It reads PEM, DER, PKCS #7, PKCS #12, SST and LDIF, whatever the file is called."
                    + " Only 'trust import' makes an issuer trusted.",
            "",
            "  postseal cert import partner.pem",
            "  postseal cert import --dry-run folder-of-files/",
            "  ldapsearch ... | postseal cert import --note 'from their directory' -"
        })
final class CertImportCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "a file, a folder of files, or - for standard input")
    private List<String> files = new ArrayList<>();

    @Option(names = "--own", description = "the certificates are those of our own users, not of partners")
    private boolean isOwn;

    @Option(
            names = "--require-ski",
            description = "refuse certificates without a subject key identifier instead of warning about them")
    private boolean requireSki;

    @Option(names = "--without-keys", description = "skip private keys in the files instead of refusing them")
    private boolean withoutKeys;

    @Option(names = "--lenient-sst", description = "accept an SST that lacks its end or holds unknown records")
    private boolean isLenient;

    @Mixin
    private Options.DryRun dryRun = new Options.DryRun();

    @Mixin
    private Options.Password password = new Options.Password();

    @Mixin
    private Options.Json json = new Options.Json();

    @Mixin
    private Options.Note note = new Options.Note();

    CertImportCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        ReadOptions options = isLenient ? ReadOptions.strict().withLenientSst() : ReadOptions.strict();
        ImportFiles read = ImportFiles.read(store, files, password.file(), options);
        // Each certificate once, in the order of the files
        Map<MailCertificate, Boolean> wanted = new LinkedHashMap<>();
        for (CertificateFile.Contents contents : read.contents()) {
            gather(contents, read).forEach(each -> wanted.put(each, false));
        }
        read.demandSound("nothing imported");
        Map<MailCertificate, Boolean> isNew =
                store.change(dryRun.isWanted(), note.text(), editing -> add(editing, wanted));
        tell(isNew);
        return ExitCode.OK;
    }

    private List<MailCertificate> gather(CertificateFile.Contents contents, ImportFiles read) {
        for (KeyElement key : withoutKeys ? List.<KeyElement>of() : contents.keys()) {
            read.problem(key.position()
                    + ": is a private key; import it with its certificate by 'key import',"
                    + " or skip it with --without-keys");
        }
        if (!contents.crls().isEmpty()) {
            store.warn(contents.file() + ": " + Options.count(contents.crls(), "revocation list") + " skipped");
        }
        if (contents.certificates().isEmpty() && contents.problems().isEmpty()) {
            read.problem(contents.file() + ": no certificate in it");
        }
        for (CertificateElement element : contents.certificates()) {
            ImportChecks.check(store, read, element, requireSki);
        }
        return contents.certificates().stream()
                .map(CertificateElement::certificate)
                .toList();
    }

    private Map<MailCertificate, Boolean> add(StoreAccess.Editing editing, Map<MailCertificate, Boolean> wanted) {
        Origin origin = isOwn ? Origin.OWN : Origin.IMPORTED;
        wanted.replaceAll((certificate, _) -> {
            boolean isNew = editing.contents().certificates().add(certificate, origin, editing.act());
            if (isNew) {
                editing.record(
                        "cert-import",
                        "certificate:" + certificate.id(),
                        List.of(
                                "as " + Options.word(origin),
                                "subject " + CertificateView.subject(certificate),
                                "addresses " + Printable.list(certificate.addresses())));
            }
            return isNew;
        });
        return wanted;
    }

    private void tell(Map<MailCertificate, Boolean> isNew) {
        if (json.isWanted()) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("dryRun", dryRun.isWanted());
            members.put("added", ids(isNew, true));
            members.put("known", ids(isNew, false));
            store.out().println(JsonText.of(members));
            return;
        }
        isNew.forEach((certificate, fresh) ->
                store.out().println((fresh ? "added " : "known ") + ImportChecks.line(certificate)));
        List<String> added = ids(isNew, true);
        store.out()
                .println(
                        added.size() + " added, " + (isNew.size() - added.size()) + " known already" + dryRun.remark());
    }

    private static List<String> ids(Map<MailCertificate, Boolean> isNew, boolean wanted) {
        return isNew.entrySet().stream()
                .filter(each -> each.getValue() == wanted)
                .map(each -> each.getKey().id().hex())
                .toList();
    }
}
