package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * Certificates seen in verified mail. The first key of an address is used, and its renewals; another key is held until the administrator decides, since a valid
 * signature may come from a certificate that somebody else got for the victim's address. What the administrator or a directory says is never replaced.
 */
public final class Harvest {
    /** Held certificates of one address; more would only be somebody filling the disk. */
    public static final int MAX_HELD = 10;

    private final Access access;

    Harvest(Access access) {
        this.access = access;
    }

    /**
     * The sender's certificate to encrypt to, from mail whose signature was verified, with a path to an anchor, and which carries the From address. Whoever makes one
     * says that this is so.
     *
     * @param signingTime by the signer's word
     */
    public record VerifiedSender(MailAddress from, MailCertificate certificate, Instant signingTime) {}

    /** What became of a certificate. */
    public sealed interface Outcome {
        /** It is used from now on. */
        record Added() implements Outcome {}

        /** It was known; nothing changed. */
        record Known(State state) implements Outcome {}

        /** It waits for the administrator; to be reported. */
        record Held(Conflict conflict) implements Outcome {}

        /** It is of no use: cannot encrypt, carries another address, is older than what is there, or too many are held. */
        record Ignored(String why) implements Outcome {}
    }

    /** How things stand with a certificate. */
    public enum State {
        /** In use. */
        ACTIVE,
        /** Waiting for the administrator. */
        HELD,
        /** The administrator does not want it. */
        DISMISSED
    }

    /** What a held certificate contradicts. */
    public enum Conflict {
        /** The administrator pinned another key. */
        PINNED,
        /** One of our own or imported for the address, with another key. */
        STORED,
        /** A directory server has another key. */
        MIRRORED,
        /** Another key was harvested before. */
        CHANGED_KEY
    }

    /** One harvested certificate. */
    public record Harvested(
            MailAddress address,
            MailCertificate certificate,
            State state,
            Optional<Conflict> conflict,
            Instant firstSeen,
            Instant signingTime,
            Optional<String> decidedBy) {}

    /** Takes note of a sender's certificate. Costs no write when it is known. */
    public Outcome observe(VerifiedSender sender, Instant now) {
        MailCertificate certificate = sender.certificate();
        Optional<String> whyNot = certificate.whyNot(CertificatePurpose.ENCRYPT);
        if (whyNot.isPresent()) {
            return new Outcome.Ignored(whyNot.get());
        }
        if (!certificate.addresses().contains(sender.from())) {
            return new Outcome.Ignored("it does not carry the address");
        }
        if (!CertificateRows.isStorable(certificate)) {
            return new Outcome.Ignored("it is not encoded in DER");
        }
        Optional<State> known = access.read(sql -> HarvestRows.state(sql, sender.from(), certificate.id()));
        return known.isPresent()
                ? new Outcome.Known(known.get())
                : access.write(sql -> HarvestRows.observe(sql, sender, now));
    }

    /** Uses a held or dismissed certificate from now on, instead of those with another key; false when there is none. */
    public boolean accept(MailAddress address, CertificateId certificate, Act act) {
        return access.write(sql -> HarvestRows.accept(sql, address, certificate, act));
    }

    /** Never uses it, and does not report it again; false when there is none. */
    public boolean dismiss(MailAddress address, CertificateId certificate, Act act) {
        return access.write(sql -> HarvestRows.decide(sql, address, certificate, State.DISMISSED, act));
    }

    /** Everything harvested for an address. */
    public List<Harvested> of(MailAddress address) {
        return access.read(sql -> sql.list(
                SELECT + " WHERE h.address = ? ORDER BY h.state, h.first_seen, h.certificate",
                Harvest::harvested,
                address));
    }

    /** What waits for the administrator, longest first. */
    public List<Harvested> held(int limit) {
        return access.read(sql -> sql.list(
                SELECT + " WHERE h.state = ? ORDER BY h.first_seen, h.address, h.certificate LIMIT ?",
                Harvest::harvested,
                State.HELD,
                limit));
    }

    /** How many wait. */
    public long countHeld() {
        return access.read(
                sql -> sql.first("SELECT count(*) FROM harvest WHERE state = ?", row -> row.getLong(1), State.HELD)
                        .orElse(0L));
    }

    static Harvested harvested(ResultSet row) throws SQLException {
        return new Harvested(
                Rows.address(row, "address"),
                Rows.certificate(row),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                Optional.ofNullable(row.getString("conflict"))
                        .map(text -> Conflict.valueOf(text.toUpperCase(Locale.ROOT))),
                Sql.instant(row, "first_seen"),
                Sql.instant(row, "signing_time"),
                Optional.ofNullable(row.getString("decided_by")));
    }

    private static final String SELECT =
            "SELECT h.address, h.state, h.conflict, h.first_seen, h.signing_time, h.decided_by, c.id, c.der FROM harvest h JOIN certificate c ON c.id = h.certificate";
}
