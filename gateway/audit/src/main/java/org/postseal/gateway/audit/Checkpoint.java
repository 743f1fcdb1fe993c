package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * A signed statement of where a chain stood.
 *
 * @param chain the id of the chain
 * @param link the link of the record before the checkpoint
 * @param time when it was signed
 * @param key SHA-256 of the public key, as SubjectPublicKeyInfo
 * @param signature Ed25519 (RFC 8032) over {@link #statement}
 */
record Checkpoint(String chain, Link link, Instant time, String key, byte[] signature) {
    /** Returns the text that is signed. */
    static byte[] statement(String chain, Link link, Instant time) {
        return ("postseal audit checkpoint 1\n" + chain + "\n" + link.number() + "\n" + link.hash() + "\n" + time
                        + "\n")
                .getBytes(US_ASCII);
    }

    /** Reads the checkpoint in a line of the log; empty if the line is no checkpoint, or lacks a field. */
    static Optional<Checkpoint> of(AuditLine line) {
        if (!line.first("event.action").equals(Optional.of(ACTION))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Checkpoint(
                    line.first(CHAIN).orElseThrow(),
                    new Link(
                            Long.parseLong(line.first(NUMBER).orElseThrow()),
                            line.first(HASH).orElseThrow()),
                    Instant.parse(line.first("@timestamp").orElseThrow()),
                    line.first(KEY).orElseThrow(),
                    Base64.getDecoder().decode(line.first(SIGNATURE).orElseThrow())));
        } catch (java.util.NoSuchElementException | IllegalArgumentException | DateTimeException incomplete) {
            return Optional.empty();
        }
    }

    /** Returns the checkpoint as a record without a link. */
    byte[] line() {
        return new JsonLine()
                .put("@timestamp", time.toString())
                .put("event.action", ACTION)
                .put("event.outcome", "success")
                .put("postseal.format", AuditFormat.FORMAT)
                .put(CHAIN, chain)
                .put(NUMBER, link.number())
                .put(HASH, link.hash())
                .put(KEY, key)
                .put(SIGNATURE, Base64.getEncoder().encodeToString(signature))
                .finish();
    }

    boolean isSignedBy(PublicKey publicKey) {
        return CheckpointKey.hasSigned(publicKey, statement(chain, link, time), signature);
    }

    static final String ACTION = "chain-checkpoint";
    static final String CHAIN = "postseal.chain.id";
    static final String KEY = "postseal.chain.key";
    private static final String NUMBER = "postseal.chain.signed_number";
    private static final String HASH = "postseal.chain.signed_hash";
    private static final String SIGNATURE = "postseal.chain.signature";
}
