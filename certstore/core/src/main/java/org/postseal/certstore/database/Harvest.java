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
 * Certificates seen in verified mail. The first key seen for an address is used, and so are renewals with the same key.
 * Any other key is held until the administrator decides, since a valid signature may come from a certificate that an
 * attacker got for the victim's address. A harvested certificate never replaces what the administrator or a directory
 * server says.
 */
public final class Harvest {
    /** The most certificates held for one address. More would only let somebody fill the disk. */
    public static final int MAX_HELD = 10;

    private final Access access;

    Harvest(Access access) {
        this.access = access;
    }

    /**
     * A sender's certificate to encrypt to. It comes from mail with a verified signature, has a path to an anchor and
     * carries the From address. Callers that create this record assert all of that.
     *
     * @param signingTime the time that the signer claims
     */
    public record VerifiedSender(MailAddress from, MailCertificate certificate, Instant signingTime) {}

    /** Says what happened to a certificate. */
    public sealed interface Outcome {
        /** It is used from now on. */
        record Added() implements Outcome {}

        /** It was known already, and nothing changed. */
        record Known(State state) implements Outcome {}

        /** It waits for the administrator, and must be reported. */
        record Held(Conflict conflict) implements Outcome {}

        /**
         * It is not kept, because it cannot encrypt, does not carry the address, is older than one in use, or too many
         * are held.
         */
        record Ignored(String why) implements Outcome {}
    }

    public enum State {
        /** It is in use. */
        ACTIVE,
        /** It waits for the administrator. */
        HELD,
        /** The administrator does not want it. */
        DISMISSED
    }

    /** Says what a held certificate contradicts. */
    public enum Conflict {
        /** The administrator pinned another key. */
        PINNED,
        /** A certificate of our own users, or one imported for the address, has another key. */
        STORED,
        /** A directory server has another key. */
        MIRRORED,
        /** Another key was harvested before. */
        CHANGED_KEY
    }

    /** A harvested certificate, and what is known about it. */
    public record Harvested(
            MailAddress address,
            MailCertificate certificate,
            State state,
            Optional<Conflict> conflict,
            Instant firstSeen,
            Instant signingTime,
            Optional<String> decidedBy) {}

    /** Records a sender's certificate. A known certificate costs no write. */
    public Outcome observe(VerifiedSender sender, Instant now) {
        MailCertificate certificate = sender.certificate();
        Optional<String> whyNot = certificate.whyNot(CertificatePurpose.ENCRYPT);
        if (whyNot.isPresent()) {
            return new Outcome.Ignored(whyNot.get());
        }
        if (!certificate.addresses().contains(sender.from())) {
            return new Outcome.Ignored("it does not carry the address");
        }
        Optional<State> known = access.read(sql -> HarvestRows.state(sql, sender.from(), certificate.id()));
        return known.isPresent()
                ? new Outcome.Known(known.get())
                : access.writeLearnt(sql -> HarvestRows.observe(sql, sender, now));
    }

    /**
     * Uses a held or dismissed certificate from now on, and dismisses those in use with another key. Returns false if
     * there is no such certificate.
     */
    public boolean accept(MailAddress address, CertificateId certificate, Act act) {
        return access.write(sql -> HarvestRows.accept(sql, address, certificate, act));
    }

    /**
     * Dismisses a certificate: it is never used and not reported again. Returns false if there is no such certificate.
     */
    public boolean dismiss(MailAddress address, CertificateId certificate, Act act) {
        return access.write(sql -> HarvestRows.decide(sql, address, certificate, State.DISMISSED, act));
    }

    /** Returns every certificate harvested for an address, whatever its state. */
    public List<Harvested> of(MailAddress address) {
        return access.read(sql -> sql.list(
                SELECT + " WHERE h.address = ? ORDER BY h.state, h.first_seen, h.certificate",
                Harvest::harvested,
                address));
    }

    /** Returns the certificates that wait for the administrator. Those that have waited longest come first. */
    public List<Harvested> held(int limit) {
        return access.read(sql -> sql.list(
                SELECT + " WHERE h.state = ? ORDER BY h.first_seen, h.address, h.certificate LIMIT ?",
                Harvest::harvested,
                State.HELD,
                limit));
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
            "SELECT h.address, h.state, h.conflict, h.first_seen, h.signing_time, h.decided_by, c.id, c.der"
                    + " FROM harvest h JOIN certificate c ON c.id = h.certificate";
}
