package org.postseal.gateway.interop;

import static org.postseal.gateway.interop.PeerName.OPENSSL;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What peers cannot, all of it: a cell that is neither good nor here is a fault. */
enum Limit {
    OPENSSL_ED448(
            OPENSSL,
            "does not know id-shake256-len, the digest of an Ed448 signature (RFC 8419 §3.1); what it signs itself names id-shake256",
            "2\\.16\\.840\\.1\\.101\\.3\\.4\\.2\\.18.*unknown digest algorithm",
            reading(Set.of(SignatureLine.ED448))),
    OPENSSL_CHACHA20_READ(
            OPENSSL,
            "does not know ChaCha20-Poly1305 in CMS (RFC 8103)",
            "unknown cipher",
            reading(Set.of(EncryptionLine.CHACHA20_POLY1305))),
    OPENSSL_CHACHA20_MADE(
            OPENSSL,
            "does not make ChaCha20-Poly1305 in CMS (RFC 8103)",
            "unsupported content encryption algorithm",
            making(Set.of(EncryptionLine.CHACHA20_POLY1305))),
    OPENSSL_KEYS_READ(
            OPENSSL,
            "does not open with X25519 and X448 (RFC 8418), nor with ML-KEM (RFC 9629)",
            "Error decrypting CMS using private key",
            reading(Keys.X_OR_ML_KEM)),
    OPENSSL_KEYS_MADE(
            OPENSSL,
            "does not encrypt to X25519 and X448 (RFC 8418), nor to ML-KEM (RFC 9629)",
            "operation not supported for this keytype",
            making(Keys.X_OR_ML_KEM).or(making(Set.of(EncryptionLine.BESIDE_READ_BY_RSA))));

    private final PeerName peer;
    private final Optional<Pattern> says;
    private final String words;
    private final Predicate<Cell> covers;

    Limit(PeerName peer, String words, Optional<Pattern> says, Predicate<Cell> covers) {
        this.peer = peer;
        this.words = words;
        this.says = says;
        this.covers = covers;
    }

    /** Tried in every run: the peer must refuse, and say so. */
    Limit(PeerName peer, String words, String says, Predicate<Cell> covers) {
        this(peer, words, Optional.of(Pattern.compile(says, Pattern.DOTALL)), covers);
    }

    /** The peer has no option that asks for it. */
    Limit(PeerName peer, String words, Predicate<Cell> covers) {
        this(peer, words, Optional.empty(), covers);
    }

    /** The ones known of a cell: none or one. */
    static List<Limit> of(Cell cell) {
        return Stream.of(values())
                .filter(limit -> limit.peer == cell.peer() && limit.covers.test(cell))
                .toList();
    }

    /** False where it cannot even be asked for. */
    boolean isTried() {
        return says.isPresent();
    }

    /** Whether a refusal with these messages is this limit and not another fault. */
    boolean isSaidBy(String messages) {
        return says.isPresent() && says.get().matcher(messages).find();
    }

    /** For the documentation. */
    String words() {
        return words;
    }

    private static Predicate<Cell> reading(Set<? extends Line> lines) {
        return cell -> cell.column().isToPeer() && lines.contains(cell.line());
    }

    private static Predicate<Cell> making(Set<? extends Line> lines) {
        return cell -> !cell.column().isToPeer() && lines.contains(cell.line());
    }

    /** Lines that have their keys in common. */
    private static final class Keys {
        private static final Set<Line> X_OR_ML_KEM = Set.of(
                EncryptionLine.X25519_CBC,
                EncryptionLine.X448_CBC,
                EncryptionLine.X25519_GCM,
                EncryptionLine.X448_GCM,
                EncryptionLine.ML_KEM_512_CBC,
                EncryptionLine.ML_KEM_768_CBC,
                EncryptionLine.ML_KEM_1024_CBC,
                EncryptionLine.ML_KEM_768_GCM,
                EncryptionLine.BESIDE_READ_BY_ML_KEM);
    }
}
