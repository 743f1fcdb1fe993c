package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.authority.IssuingAuthority;
import org.postseal.certstore.authority.IssuingAuthority.Issued;
import org.postseal.certstore.authority.IssuingAuthority.Order;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.files.FilesSource;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.StoreAccess.Editing;
import org.postseal.gateway.admin.cli.support.Validity;
import org.postseal.gateway.config.GatewayConfig;

/**
 * Issues certificates and puts them with their keys into the store, where a running gateway finds them at once. It
 * issues all of them or none.
 */
final class Issuing {
    private final StoreAccess store;
    private final CaFolder folder;
    private final IssuingAuthority authority;
    private final MasterKey master;

    Issuing(StoreAccess store, CaFolder folder, IssuingAuthority authority) {
        this.store = store;
        this.folder = folder;
        this.authority = authority;
        // The master key is read first, so that no certificate is issued whose key could not be stored
        this.master = store.masterKey();
    }

    /**
     * Issues the certificates.
     *
     * @param action the action that the audit log records
     */
    List<Issued> issue(List<Order> orders, int days, String note, String action) {
        List<Issued> issued = new ArrayList<>();
        boolean isStored = false;
        try {
            store.change(note, editing -> {
                // The index names each certificate before anybody uses it, since the transaction ends only afterwards
                issued.addAll(CaAccess.tried(() -> authority.issue(orders, days, store.now())));
                issued.forEach(each -> store(editing, each, action));
                return true;
            });
            isStored = true;
        } finally {
            if (!isStored && !issued.isEmpty()) {
                takeBack(issued);
            }
        }
        answer(store, authority);
        return issued;
    }

    /** Signs OCSP answers about the new certificates, if others are signed. */
    static void answer(StoreAccess store, IssuingAuthority authority) {
        try {
            authority.renewAnswers(store.now());
        } catch (CaException e) {
            store.warn("there are no OCSP answers yet about what was issued: " + e.getMessage()
                    + "; run: postseal ca ocsp");
        }
    }

    private void store(Editing editing, Issued issued, String action) {
        MailCertificate certificate = issued.certificate();
        if (issued.key().isPresent()) {
            KeyVault vault = store.vault(editing, master);
            vault.importKey(
                    editing.contents(),
                    issued.key().get(),
                    List.of(certificate, folder.issuer()),
                    _ -> Optional.empty(),
                    editing.act());
        } else {
            editing.contents().certificates().add(certificate, Origin.OWN, editing.act());
            editing.contents().certificates().add(folder.issuer(), Origin.IMPORTED, editing.act());
        }
        editing.record(
                action,
                "certificate:" + certificate.id(),
                List.of(
                        "addresses " + Printable.list(certificate.addresses()),
                        "serial " + issued.entry().serialHex(),
                        "profile " + Options.word(issued.entry().profile()) + ", key "
                                + issued.entry().key(),
                        "until " + certificate.notAfter()));
    }

    /**
     * Removes certificates from the index only if the store surely does not have them. A failure may have come after
     * the end of the transaction, and then gateways sign with the keys.
     */
    private void takeBack(List<Issued> issued) {
        try {
            boolean isThere = store.read(database -> database.read(contents -> issued.stream()
                    .anyMatch(each -> contents.certificates()
                            .find(each.certificate().id())
                            .isPresent())));
            if (isThere) {
                store.warn("the certificates are issued and stored nevertheless; see: postseal cert list");
            } else {
                folder.forget(issued.stream().map(Issued::entry).toList());
            }
        } catch (CaException | CommandFailure | DatabaseException | StoreUnavailableException e) {
            store.warn("the index may name certificates that nobody has: " + e.getMessage());
        }
    }

    /**
     * Warns if the gateway does not trust this authority, and so uses nothing that it issues.
     *
     * @param place the folder of the authority
     */
    void warnIfUntrusted(Path place) {
        GatewayConfig config = store.config();
        List<String> collections = config.directory().trustCollections();
        List<MailCertificate> anchors = new ArrayList<>(
                FilesSource.look(config.storeDirectory()).source().anchors());
        anchors.addAll(store.read(database -> database.read(contents -> collections.stream()
                .flatMap(name -> contents.trust().find(name).stream())
                .flatMap(each -> each.anchors().stream())
                .toList())));
        boolean isTrusted = anchors.contains(folder.root()) || anchors.contains(folder.issuer());
        if (!isTrusted) {
            store.warn("the gateway does not trust this authority, and uses none of its certificates");
            store.hint((collections.contains(OWN) ? "" : "write trust: { collections: [own] } into postseal.yaml; ")
                    + "postseal trust import " + OWN + " " + place.resolve("root.pem") + " "
                    + place.resolve("issuing.pem"));
        }
    }

    /** Says what was done with each certificate, and with how many. */
    static void tell(StoreAccess store, String done, List<Issued> issued) {
        issued.forEach(each -> store.out().println(done + " " + line(each.entry())));
        store.out().println(Options.count(issued, "certificate") + " " + done);
    }

    /** Describes an issued certificate on one line. */
    static String line(IssuedEntry entry) {
        return CertificateName.brief(entry.id()) + " " + Printable.list(entry.addresses()) + " ("
                + Options.word(entry.profile()) + ", " + entry.key() + "), until "
                + Validity.day(entry.notAfter());
    }

    private static final String OWN = "own";
}
