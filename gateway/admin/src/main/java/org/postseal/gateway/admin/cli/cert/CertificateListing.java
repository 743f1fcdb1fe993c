package org.postseal.gateway.admin.cli.cert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.TextTable;
import org.postseal.gateway.admin.cli.support.Validity;

/** How a list of certificates is printed while it is read; it may be longer than what should be in memory. */
sealed interface CertificateListing {
    /** One certificate. */
    record Row(StoredCertificate stored, boolean isBlocked) {}

    static Row row(Contents contents, StoredCertificate stored) {
        return new Row(
                stored,
                contents.blocks()
                        .of(new Blocks.Target.Certificate(stored.certificate().id()))
                        .isPresent());
    }

    void add(Row row);

    void endOfPage();

    void end();

    /** Members of a JSON object. */
    static Map<String, Object> members(Row row, Instant now) {
        MailCertificate certificate = row.stored().certificate();
        Map<String, Object> members = CertificateView.members(certificate);
        members.put("state", Validity.of(certificate, now).word());
        members.put("blocked", row.isBlocked());
        members.put(
                "sources",
                row.stored().entries().stream().map(CertificateListing::entry).toList());
        return members;
    }

    private static Map<String, Object> entry(StoredCertificate.Entry entry) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("source", entry.source());
        members.put("state", Options.word(entry.state()));
        members.put("who", entry.added().who());
        members.put("added", entry.added().when());
        members.put("note", entry.added().note());
        return members;
    }

    /** For people. */
    final class Table implements CertificateListing {
        private final StoreAccess store;
        private final TextTable table;
        private long count;

        Table(StoreAccess store) {
            this.store = store;
            this.table = new TextTable(
                    store.out(), store.terminalWidth(), "UNTIL", "STATE", "SHA-256", "SOURCES", "ADDRESSES", "SUBJECT");
        }

        @Override
        public void add(Row row) {
            MailCertificate certificate = row.stored().certificate();
            String state = Validity.of(certificate, store.now()).text();
            table.row(
                    Validity.day(certificate.notAfter()),
                    row.isBlocked() ? state + ", BLOCKED" : state,
                    CertificateName.brief(certificate.id()),
                    sources(row.stored().entries()),
                    Printable.list(certificate.addresses()),
                    CertificateView.subject(certificate));
            count++;
        }

        @Override
        public void endOfPage() {
            if (count > 0) {
                table.flush();
            }
        }

        @Override
        public void end() {
            store.out().println(Options.count(count, "certificate"));
        }

        private static String sources(List<StoredCertificate.Entry> entries) {
            return entries.isEmpty()
                    ? "-"
                    : entries.stream().map(StoredCertificate.Entry::source).collect(Collectors.joining(", "));
        }
    }

    /** For scripts: one array. */
    final class Json implements CertificateListing {
        private final StoreAccess store;
        private String between = "[\n";

        Json(StoreAccess store) {
            this.store = store;
        }

        @Override
        public void add(Row row) {
            store.out().print(between + JsonText.of(members(row, store.now())));
            between = ",\n";
        }

        @Override
        public void endOfPage() {}

        @Override
        public void end() {
            store.out().println(between.equals("[\n") ? "[]" : "\n]");
        }
    }
}
