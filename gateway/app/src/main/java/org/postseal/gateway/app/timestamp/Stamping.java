package org.postseal.gateway.app.timestamp;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.path.SignerLists;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.certstore.revocation.RevocationSettings;
import org.postseal.gateway.audit.TimestampConfig;
import org.postseal.gateway.audit.chain.LoneCheckpoint;
import org.postseal.gateway.config.RevocationConfig;
import org.postseal.gateway.smime.timestamp.TimestampQuery;
import org.postseal.gateway.smime.timestamp.TimestampVerdict;
import org.postseal.gateway.smime.timestamp.TimestampVerifier;

/** Has checkpoints stamped with the time, and keeps each stamp that the verifier believes. */
public final class Stamping {
    private final TimestampConfig config;
    private final StampFolder folder;
    private final TimestampVerifier verifier;
    private final RevocationSettings settings;
    private final BoundedFetcher fetcher;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param revocation how revocation lists about the authority's certificates are asked for and fetched
     * @param lists revocation lists that are known already
     * @throws IOException if the anchors cannot be read
     */
    public Stamping(
            TimestampConfig config,
            StampFolder folder,
            RevocationConfig revocation,
            List<RevocationList> lists,
            InstantSource clock)
            throws IOException {
        this.config = config;
        this.folder = folder;
        this.settings = revocation.settings();
        this.fetcher = new BoundedFetcher(revocation.fetch());
        this.clock = clock;
        this.verifier = StampTrust.verifier(config.trust()).knowing(lists);
    }

    /** Says what became of the stamp for a checkpoint. */
    public sealed interface Outcome {
        /**
         * The checkpoint is stamped, and the stamp is in this file.
         *
         * @param without why revocation lists about the authority's certificates are not kept beside the stamp; empty
         * if they are kept, or nobody was asked
         */
        record Stamped(Path file, TimestampVerdict.Stamped stamp, Optional<String> without) implements Outcome {}

        /** The checkpoint is already stamped. */
        record There(Path file) implements Outcome {}

        /** The query for the authority is in this file. */
        record Written(Path query) implements Outcome {}

        /** Another checkpoint has the same name. */
        record Taken(Path file) implements Outcome {}

        /** The authority gives no stamp now. */
        record Unanswered(String why) implements Outcome {}

        /** The answer is not believed, and not kept. */
        record Unbelieved(String why) implements Outcome {}
    }

    /**
     * Asks the authority for a stamp.
     *
     * @throws IOException if the kept files, or the anchors for TLS, cannot be read
     */
    public Outcome stamp(LoneCheckpoint checkpoint) throws IOException {
        if (folder.isTaken(checkpoint)) {
            return new Outcome.Taken(folder.stamp(checkpoint));
        }
        if (folder.isStamped(checkpoint)) {
            return new Outcome.There(folder.stamp(checkpoint));
        }
        TimestampClient client = new TimestampClient(config);
        TimestampQuery query = query(checkpoint);
        byte[] answer;
        try {
            answer = client.ask(query);
        } catch (IOException e) {
            return new Outcome.Unanswered(String.valueOf(e.getMessage()));
        }
        return switch (verifier.verify(checkpoint.octets(), answer, query)) {
            case TimestampVerdict.Stamped _ -> keep(checkpoint, answer, query);
            case TimestampVerdict.Rejected rejected -> new Outcome.Unanswered("it has refused: " + rejected.why());
            case TimestampVerdict.Unbelieved unbelieved -> new Outcome.Unbelieved(unbelieved.why());
        };
    }

    /**
     * Keeps a stamp with the revocation lists of today, unless they say that its signer was revoked (RFC 3161 §2.2). A
     * stamp is kept even if a list cannot be fetched, since the list can be fetched later too.
     */
    private Outcome keep(LoneCheckpoint checkpoint, byte[] answer, TimestampQuery query) throws IOException {
        SignerLists fetched = verifier.fetch(answer, settings, fetcher, clock.instant());
        Optional<byte[]> file = StampLists.file(fetched.lists());
        TimestampVerifier knowing = verifier.knowing(StampLists.parsed(fetched.lists()));
        return switch (knowing.verify(checkpoint.octets(), answer, query)) {
            case TimestampVerdict.Stamped stamped ->
                new Outcome.Stamped(
                        folder.keep(checkpoint, answer, file),
                        stamped,
                        fetched.missing()
                                .or(() -> file.isPresent() ? Optional.empty() : Optional.of("they are too long")));
            case TimestampVerdict.Rejected rejected -> new Outcome.Unbelieved(rejected.why());
            case TimestampVerdict.Unbelieved unbelieved -> new Outcome.Unbelieved(unbelieved.why());
        };
    }

    /** Writes the query to a file, without asking the authority. */
    public Outcome write(LoneCheckpoint checkpoint) throws IOException {
        if (folder.isTaken(checkpoint)) {
            return new Outcome.Taken(folder.stamp(checkpoint));
        }
        return folder.isStamped(checkpoint)
                ? new Outcome.There(folder.stamp(checkpoint))
                : new Outcome.Written(folder.ask(checkpoint, query(checkpoint)));
    }

    /**
     * Takes an answer that did not come from {@link #stamp}.
     *
     * @throws IOException if it cannot be read, or no query has its name
     */
    public Outcome take(Path answer) throws IOException {
        return switch (folder.take(answer, verifier)) {
            case TimestampVerdict.Stamped stamped ->
                new Outcome.Stamped(folder.stamp(answer), stamped, Optional.empty());
            case TimestampVerdict.Rejected rejected -> new Outcome.Unanswered("it has refused: " + rejected.why());
            case TimestampVerdict.Unbelieved unbelieved -> new Outcome.Unbelieved(unbelieved.why());
        };
    }

    private TimestampQuery query(LoneCheckpoint checkpoint) {
        return TimestampQuery.of(checkpoint.octets(), config.policy(), random);
    }
}
