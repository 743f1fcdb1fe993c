package org.postseal.gateway.admin.cli.cert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;

/**
 * A certificate with all sources that know it, as the commands list it.
 *
 * @param isBlocked whether the certificate itself is blocked
 */
record ListedCertificate(StoredCertificate stored, boolean isBlocked) {
    static ListedCertificate of(Contents contents, StoredCertificate stored) {
        return new ListedCertificate(
                stored,
                contents.blocks()
                        .of(new Blocks.Target.Certificate(stored.certificate().id()))
                        .isPresent());
    }

    static Listing<ListedCertificate> listing(StoreAccess store, boolean isJson) {
        return new Listing<ListedCertificate>(store, isJson, each -> each.members(store.now()))
                .column("UNTIL", each -> Validity.day(each.certificate().notAfter()))
                .column("STATE", each -> each.state(store.now()))
                .column(
                        "SHA-256",
                        each -> CertificateName.brief(each.certificate().id()))
                .column("SOURCES", ListedCertificate::sources)
                .column("ADDRESSES", each -> Printable.list(each.certificate().addresses()))
                .column("SUBJECT", each -> CertificateView.subject(each.certificate()));
    }

    MailCertificate certificate() {
        return stored.certificate();
    }

    Map<String, Object> members(Instant now) {
        Map<String, Object> members = CertificateView.members(certificate());
        members.put("state", Validity.of(certificate(), now).word());
        members.put("blocked", isBlocked);
        members.put(
                "sources",
                stored.entries().stream().map(ListedCertificate::members).toList());
        return members;
    }

    private static Map<String, Object> members(StoredCertificate.Entry entry) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("source", entry.source());
        members.put("state", Options.word(entry.state()));
        members.put("who", entry.added().who());
        members.put("added", entry.added().when());
        members.put("note", entry.added().note());
        return members;
    }

    private String state(Instant now) {
        return Validity.of(certificate(), now).text() + (isBlocked ? ", BLOCKED" : "");
    }

    private String sources() {
        return stored.entries().isEmpty()
                ? "-"
                : stored.entries().stream().map(StoredCertificate.Entry::source).collect(Collectors.joining(", "));
    }
}
