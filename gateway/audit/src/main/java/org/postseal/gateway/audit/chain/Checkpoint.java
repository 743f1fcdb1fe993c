package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.JsonLine;
import org.postseal.gateway.audit.record.RecordField;

/**
 * A signed statement of where a chain stood.
 *
 * @param node the name of the gateway in its fleet; empty if it is in none
 * @param chain the id of the chain
 * @param link the link of the record before the checkpoint
 * @param time when it was signed
 * @param key SHA-256 of the public key, as SubjectPublicKeyInfo
 * @param signature Ed25519 (RFC 8032) over {@link #statement}
 */
public record Checkpoint(Optional<String> node, String chain, Link link, Instant time, String key, byte[] signature) {
    /** Signs where a chain stands. */
    public static Checkpoint sign(CheckpointKey key, Optional<String> node, String chain, Link link, Instant time) {
        return new Checkpoint(node, chain, link, time, key.id(), key.sign(statement(node, chain, link, time)));
    }

    /** Returns the text that is signed. */
    private static byte[] statement(Optional<String> node, String chain, Link link, Instant time) {
        return ("postseal audit checkpoint " + (node.isPresent() ? 2 : 1) + "\n" + chain + "\n" + link.number() + "\n"
                        + link.hash() + "\n" + time + "\n"
                        + node.map(name -> name + "\n").orElse(""))
                .getBytes(US_ASCII);
    }

    /** Reads the checkpoint in a line of the log; empty if the line is no checkpoint, or lacks a field. */
    static Optional<Checkpoint> of(AuditLine line) {
        if (!line.first("event.action").equals(Optional.of(RecordField.CHECKPOINT))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Checkpoint(
                    line.first(RecordField.NODE),
                    line.first(RecordField.CHAIN).orElseThrow(),
                    new Link(
                            Long.parseLong(line.first(RecordField.SIGNED_NUMBER).orElseThrow()),
                            line.first(HASH).orElseThrow()),
                    line.time().orElseThrow(),
                    line.first(KEY).orElseThrow(),
                    Base64.getDecoder().decode(line.first(SIGNATURE).orElseThrow())));
        } catch (java.util.NoSuchElementException | IllegalArgumentException incomplete) {
            return Optional.empty();
        }
    }

    /** Returns the checkpoint as a record without a link. */
    public byte[] line() {
        return new JsonLine()
                .put("@timestamp", time.toString())
                .put("event.action", RecordField.CHECKPOINT)
                .put("event.outcome", "success")
                .put("postseal.format", RecordField.FORMAT)
                .put(RecordField.NODE, node)
                .put(RecordField.CHAIN, chain)
                .put(RecordField.SIGNED_NUMBER, link.number())
                .put(HASH, link.hash())
                .put(KEY, key)
                .put(SIGNATURE, Base64.getEncoder().encodeToString(signature))
                .finish();
    }

    boolean isSignedBy(PublicKey publicKey) {
        return CheckpointKey.hasSigned(publicKey, statement(node, chain, link, time), signature);
    }

    private static final String KEY = "postseal.chain.key";
    private static final String HASH = "postseal.chain.signed_hash";
    private static final String SIGNATURE = "postseal.chain.signature";
}
