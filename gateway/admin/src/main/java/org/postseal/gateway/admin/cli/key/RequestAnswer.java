package org.postseal.gateway.admin.cli.key;

import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKeys.Described;
import org.postseal.certstore.key.KeyVault;
import org.postseal.gateway.admin.cli.cert.ImportChecks;
import org.postseal.gateway.admin.cli.cert.ImportFiles;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/**
 * The answer of an authority to a request: a certificate for a key in the store, and the certificates between it and
 * the root.
 */
final class RequestAnswer {
    private final StoreAccess store;
    private final StoreAccess.Editing editing;

    RequestAnswer(StoreAccess store, StoreAccess.Editing editing) {
        this.store = store;
        this.editing = editing;
    }

    /**
     * Takes the certificates of a file. If something is wrong it is added to {@code problems}, and the caller keeps
     * nothing.
     */
    List<String> take(String file, List<MailCertificate> certificates, ImportFiles problems) {
        List<MailCertificate> own = certificates.stream()
                .filter(each -> editing.contents()
                        .wrappedKeys()
                        .find(PublicKeyId.of(each))
                        .isPresent())
                .toList();
        if (own.isEmpty()) {
            problems.problem(
                    file + ": none of its certificates is for a key of the store; certificates alone: 'cert import'");
            return List.of();
        }
        certificates.stream()
                .filter(each -> !own.contains(each))
                .forEach(each -> editing.contents().certificates().add(each, Origin.IMPORTED, editing.act()));
        List<String> lines = new ArrayList<>();
        for (MailCertificate each : own) {
            Described key =
                    editing.contents().wrappedKeys().find(PublicKeyId.of(each)).orElseThrow();
            if (KeyName.addresses(key).stream().noneMatch(each.addresses()::contains)) {
                problems.problem(file + ": certificate " + CertificateName.brief(each.id()) + " carries none of "
                        + Printable.list(KeyName.addresses(key)) + ", for which the key was made");
                continue;
            }
            KeyVault.pair(editing.contents(), each, editing.act());
            if (!editing.contents().wrappedKeys().isIssuerKnown(each)) {
                store.warn(file + ": the issuer of " + CertificateName.brief(each.id())
                        + " is not known here; import the chain with 'cert import', or receivers will lack it");
            }
            editing.record(
                    "key-import",
                    "key:" + key.key().id(),
                    List.of("certificate " + each.id() + " " + Printable.list(each.addresses())));
            lines.add("known key " + key.key().id().hex().substring(0, 16) + " with certificate "
                    + ImportChecks.line(each));
        }
        return lines;
    }
}
