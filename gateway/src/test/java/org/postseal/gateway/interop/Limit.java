package org.postseal.gateway.interop;

import static org.postseal.gateway.interop.LimitCells.AES_GCM;
import static org.postseal.gateway.interop.LimitCells.CERTIFICATES;
import static org.postseal.gateway.interop.LimitCells.CHACHA20;
import static org.postseal.gateway.interop.LimitCells.COMPRESSED;
import static org.postseal.gateway.interop.LimitCells.DES_OR_RC2;
import static org.postseal.gateway.interop.LimitCells.ED25519;
import static org.postseal.gateway.interop.LimitCells.ED448;
import static org.postseal.gateway.interop.LimitCells.KEY_IDENTIFIER;
import static org.postseal.gateway.interop.LimitCells.KEY_NOT_TAKEN;
import static org.postseal.gateway.interop.LimitCells.ML_DSA;
import static org.postseal.gateway.interop.LimitCells.NOT_CHOSEN_BY_NSS;
import static org.postseal.gateway.interop.LimitCells.OAEP;
import static org.postseal.gateway.interop.LimitCells.PSS;
import static org.postseal.gateway.interop.LimitCells.READ_BY_ML_KEM;
import static org.postseal.gateway.interop.LimitCells.TO_ML_KEM;
import static org.postseal.gateway.interop.LimitCells.X;
import static org.postseal.gateway.interop.LimitCells.making;
import static org.postseal.gateway.interop.LimitCells.reading;
import static org.postseal.gateway.interop.PeerName.GPGSM;
import static org.postseal.gateway.interop.PeerName.NSS;
import static org.postseal.gateway.interop.PeerName.OPENSSL;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What peers cannot, all of it: a cell that is neither good nor here is a fault. Of several that cover a cell the first counts. */
enum Limit {
    OPENSSL_ED448(
            OPENSSL,
            "does not know id-shake256-len, the digest of an Ed448 signature (RFC 8419 §3.1); it names id-shake256 itself",
            "2\\.16\\.840\\.1\\.101\\.3\\.4\\.2\\.18.*unknown digest algorithm",
            reading(ED448)),
    OPENSSL_CHACHA20(
            OPENSSL,
            "does not know ChaCha20-Poly1305 in CMS (RFC 8103)",
            "unknown cipher|unsupported content encryption algorithm",
            CHACHA20),
    OPENSSL_X(
            OPENSSL,
            "does not know key agreement by X25519 and X448 (RFC 8418)",
            "Error decrypting CMS using private key|operation not supported for this keytype",
            X),
    OPENSSL_ML_KEM(
            OPENSSL,
            "does not know ML-KEM (RFC 9629); beside it, it opens with another key",
            "Error decrypting CMS using private key|operation not supported for this keytype",
            reading(READ_BY_ML_KEM).or(making(TO_ML_KEM))),

    GPGSM_PSS(GPGSM, "signs by v1.5 only", making(PSS)),
    GPGSM_ED25519(
            GPGSM,
            "takes Ed25519 for another kind of DSA when it verifies, and its keys not in",
            "requires the hash length to be a multiple of 8 bits|" + KEY_NOT_TAKEN,
            ED25519),
    GPGSM_ED448(
            GPGSM,
            "does not know id-shake256-len, and takes keys of Ed448 not in",
            "2\\.16\\.840\\.1\\.101\\.3\\.4\\.2\\.18\\) has not been enabled|" + KEY_NOT_TAKEN,
            ED448),
    GPGSM_ML_DSA(GPGSM, "does not know ML-DSA", "no signature value available|" + KEY_NOT_TAKEN, ML_DSA),
    GPGSM_KEY_TRANSPORT(
            GPGSM,
            "encrypts content keys to RSA by v1.5, to recipients named by issuer and serial number",
            making(OAEP.or(KEY_IDENTIFIER))),
    GPGSM_CHACHA20(
            GPGSM,
            "does not know ChaCha20-Poly1305",
            "unsupported algorithm|selected cipher algorithm is invalid",
            CHACHA20),
    GPGSM_OLD(
            GPGSM,
            "does not know DES and RC2",
            "unsupported algorithm|selected cipher algorithm is invalid",
            DES_OR_RC2),
    GPGSM_GCM_READ(
            GPGSM,
            "has no room for the parameters of AES-GCM (RFC 5084 §3.2)",
            "error getting IV: Buffer too short",
            reading(AES_GCM)),
    GPGSM_X_READ(GPGSM, "takes keys of X25519 and X448 not in", KEY_NOT_TAKEN, reading(X)),
    GPGSM_X_MADE(
            GPGSM,
            "derives from X25519 by X9.63 (RFC 8418 wants HKDF), and does not encrypt to X448",
            "^made with .* by X9.63, not|Bad data",
            making(X)),
    GPGSM_ML_KEM(
            GPGSM,
            "does not know ML-KEM; beside it, it opens with another key",
            "not suitable for encryption|" + KEY_NOT_TAKEN,
            reading(READ_BY_ML_KEM).or(making(TO_ML_KEM))),
    GPGSM_GCM_MADE(
            GPGSM,
            "makes no authEnveloped-data: asked for AES-GCM by its object identifier, it makes an enveloped-data without a tag",
            "^made with enveloped-data by AES-...-GCM",
            making(AES_GCM)),
    GPGSM_OAEP(GPGSM, "does not read OAEP", "error getting encrypted session key", reading(OAEP)),
    GPGSM_KEY_IDENTIFIER(
            GPGSM,
            "does not find recipients named by subject key identifier",
            "error getting info: General error",
            reading(KEY_IDENTIFIER)),
    GPGSM_OBJECTS(
            GPGSM,
            "makes signed-data with content and enveloped-data, and nothing else",
            making(COMPRESSED.or(CERTIFICATES))),

    NSS_PSS(NSS, "signs by PSS with keys that are marked for it only", making(PSS)),
    NSS_ED25519(
            NSS, "does not know Ed25519 in CMS", "status=BadSignature|corresponding cert for key .* does not exist", ED25519),
    NSS_KEYS(
            NSS,
            "does not know Ed448 and ML-DSA",
            "status=SigningCertNotTrusted|corresponding cert for key .* does not exist",
            ED448.or(ML_DSA)),
    NSS_AUTHENTICATED(
            NSS,
            "does not know authEnveloped-data",
            "SEC_ERROR_UNRECOGNIZED_OID",
            reading(AES_GCM.or(CHACHA20))),
    NSS_ML_KEM_READ(
            NSS,
            "opens nothing that has a recipient by ML-KEM, by no other key either",
            "SEC_ERROR_UNRECOGNIZED_OID",
            reading(TO_ML_KEM)),
    NSS_X_READ(NSS, "does not know key agreement by X25519 and X448", "SEC_ERROR_NOT_A_RECIPIENT", reading(X)),
    NSS_KEYS_MADE(
            NSS,
            "does not encrypt to X25519, X448 and ML-KEM",
            "SEC_ERROR_INVALID_ALGORITHM|cannot find certificate",
            making(X.or(TO_ML_KEM))),
    NSS_CHOICE(
            NSS,
            "chooses by itself: AES-128-CBC, for RSA-4096, P-384 and P-521 AES-256-CBC, v1.5, issuer and serial number",
            "^made with enveloped-data by AES-(128|256)-CBC",
            making(NOT_CHOSEN_BY_NSS)),
    NSS_COMPRESSED(NSS, "does not compress", making(COMPRESSED));

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

    static Optional<Limit> of(Cell cell) {
        return Stream.of(values())
                .filter(limit -> limit.peer == cell.peer() && limit.covers.test(cell))
                .findFirst();
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
}
