package org.postseal.gateway.road.directory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.Blocks.Block;
import org.postseal.certstore.database.Blocks.Target;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.directory.Blocks;

/**
 * Holds the certificates and addresses that the administrator has blocked. They are read from the database once, and
 * questions are answered from memory. Immutable.
 *
 * @param certificates the reasons by the SHA-256 of the certificate
 * @param contents the reasons by the SHA-256 of what the issuer has signed, as far as the database has the certificate
 */
record AdminBlocks(
        Map<CertificateId, String> certificates,
        Map<CertificateId, String> contents,
        Map<MailAddress, String> addresses)
        implements Blocks {
    static AdminBlocks read(CertificateDatabase database) {
        Map<CertificateId, String> certificates = new HashMap<>();
        Map<CertificateId, String> contents = new HashMap<>();
        Map<MailAddress, String> addresses = new HashMap<>();
        Optional<Target> last = Optional.empty();
        List<Block> page;
        do {
            page = database.blocks().list(last, PAGE);
            for (Block block : page) {
                switch (block.target()) {
                    case Target.Certificate(CertificateId id) -> {
                        certificates.put(id, reason(block.act()));
                        contentId(database, id).ifPresent(content -> contents.put(content, reason(block.act())));
                    }
                    case Target.Address(MailAddress address) -> addresses.put(address, reason(block.act()));
                }
                last = Optional.of(block.target());
            }
        } while (page.size() == PAGE);
        return new AdminBlocks(certificates, contents, addresses);
    }

    private static Optional<CertificateId> contentId(CertificateDatabase database, CertificateId id) {
        try {
            return database.certificates()
                    .find(id)
                    .map(found -> found.certificate().contentId());
        } catch (DatabaseException e) {
            if (e.fault() == DatabaseException.Fault.DAMAGED) {
                // One damaged row shall not end all mail.
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<String> reason(MailCertificate certificate) {
        return Optional.ofNullable(certificates.get(certificate.id()))
                .or(() -> contents.isEmpty()
                        ? Optional.empty()
                        : Optional.ofNullable(contents.get(certificate.contentId())));
    }

    @Override
    public Optional<String> reason(MailAddress address) {
        return Optional.ofNullable(addresses.get(address));
    }

    private static String reason(Act act) {
        return "by " + act.who() + (act.note().isEmpty() ? "" : ": " + act.note());
    }

    private static final int PAGE = 1_000;
}
