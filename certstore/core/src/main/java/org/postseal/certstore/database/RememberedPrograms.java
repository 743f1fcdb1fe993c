package org.postseal.certstore.database;

import java.time.Instant;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;

/** The mail programs that owners of public keys wrote their newest verified mail with. */
public final class RememberedPrograms {
    private final Access access;

    RememberedPrograms(Access access) {
        this.access = access;
    }

    /**
     * Stores what the header section of verified mail says of the program, unless mail that is as new is known, or the
     * signing time lies too far in the future.
     */
    public void remember(MailCertificate certificate, String program, Instant signingTime, Instant now) {
        if (signingTime.isAfter(now.plus(RememberedCapabilities.MAX_AHEAD))) {
            return;
        }
        PublicKeyId key = PublicKeyId.of(certificate);
        boolean isKnown = access.read(sql ->
                sql.exists("SELECT 1 FROM mail_program WHERE public_key = ? AND signing_time >= ?", key, signingTime));
        if (!isKnown) {
            int _ = access.writeAside(sql -> sql.update(
                    "INSERT INTO mail_program (public_key, program, signing_time) VALUES (?, ?, ?)"
                            + " ON CONFLICT (public_key) DO UPDATE SET program = excluded.program,"
                            + " signing_time = excluded.signing_time"
                            + " WHERE mail_program.signing_time < excluded.signing_time",
                    key,
                    program,
                    signingTime));
        }
    }

    /** Returns what the newest mail by the key of {@code certificate} says. */
    public Optional<String> of(MailCertificate certificate) {
        return access.read(sql -> sql.first(BY_KEY, row -> row.getString("program"), PublicKeyId.of(certificate)));
    }

    static final String BY_KEY = "SELECT program FROM mail_program WHERE public_key = ?";
}
