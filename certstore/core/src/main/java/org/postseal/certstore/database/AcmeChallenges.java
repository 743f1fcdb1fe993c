package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.postseal.certstore.MailAddress;

/**
 * The orders at ACME authorities, and the challenges that wait for a mail (RFC 8823). They belong to the
 * {@link CertificateOrders}, so an address has one at most, and it ends with the order. Whoever asks the authority
 * writes them, and the gateway that receives the mail says what it has answered.
 */
public final class AcmeChallenges {
    private final Access access;

    AcmeChallenges(Access access) {
        this.access = access;
    }

    /**
     * A challenge that an authority has sent, or will send, by mail.
     *
     * @param address the one that is to be certified
     * @param from the sender of the authority's mail
     * @param token what the authority has said over HTTPS, {@code token-part2}
     * @param thumbprint that of the account key (RFC 7638) in base64url
     * @param expires when the authority gives the order up
     * @param answered what was in each mail that a gateway has answered, {@code token-part1}
     */
    public record AcmeChallenge(
            MailAddress address,
            MailAddress from,
            String token,
            String thumbprint,
            Instant expires,
            Set<String> answered) {
        public AcmeChallenge {
            answered = Set.copyOf(answered);
        }
    }

    /** Returns the challenge of an address, whether it was answered or not. */
    public Optional<AcmeChallenge> of(MailAddress address) {
        return access.read(sql -> sql.first(SELECT, AcmeChallenges::challenge, address));
    }

    /** Keeps that a mail was answered. Returns false if the challenge is gone, or another one has taken its place. */
    public boolean answered(AcmeChallenge challenge, String tokenPart1) {
        return access.writeAside(sql -> {
            Optional<AcmeChallenge> kept = sql.first(SELECT, AcmeChallenges::challenge, challenge.address())
                    .filter(each -> each.token().equals(challenge.token()));
            if (kept.isEmpty() || kept.get().answered().contains(tokenPart1)) {
                return kept.isPresent();
            }
            Set<String> all = new TreeSet<>(kept.get().answered());
            all.add(tokenPart1);
            return sql.update(
                            "UPDATE acme_challenge SET answered = ? WHERE address = ?",
                            String.join(" ", all),
                            challenge.address())
                    > 0;
        });
    }

    /** Returns where the authority has the order of an address. */
    public Optional<String> url(MailAddress address) {
        return access.read(sql ->
                sql.first("SELECT url FROM acme_challenge WHERE address = ?", row -> row.getString("url"), address));
    }

    /**
     * Keeps where the authority has an order, and its challenge if it has one, in place of what was kept for the
     * address. Returns false if the order of the key is gone.
     */
    public boolean put(MailAddress address, PublicKeyId order, String url, Optional<AcmeChallenge> challenge) {
        return access.writeAside(sql -> {
            if (!sql.exists("SELECT 1 FROM certificate_order WHERE address = ? AND private_key = ?", address, order)) {
                return false;
            }
            int _ = sql.update("DELETE FROM acme_challenge WHERE address = ?", address);
            return sql.update(
                            "INSERT INTO acme_challenge (address, url, sender, token, thumbprint, expires, answered)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                            address,
                            url,
                            challenge.map(AcmeChallenge::from),
                            challenge.map(AcmeChallenge::token),
                            challenge.map(AcmeChallenge::thumbprint),
                            challenge.map(AcmeChallenge::expires),
                            challenge.map(each -> String.join(" ", each.answered())))
                    > 0;
        });
    }

    /** Forgets what is kept for an address. */
    public boolean remove(MailAddress address) {
        return access.writeAside(sql -> sql.update("DELETE FROM acme_challenge WHERE address = ?", address) > 0);
    }

    private static AcmeChallenge challenge(ResultSet row) throws SQLException {
        String answered = row.getString("answered");
        return new AcmeChallenge(
                Rows.address(row, "address"),
                Rows.address(row, "sender"),
                row.getString("token"),
                row.getString("thumbprint"),
                Sql.instant(row, "expires"),
                answered == null || answered.isEmpty() ? Set.of() : Set.of(answered.split(" ", -1)));
    }

    private static final String SELECT = "SELECT address, sender, token, thumbprint, expires, answered"
            + " FROM acme_challenge WHERE address = ? AND token IS NOT NULL";
}
