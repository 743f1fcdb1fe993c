package org.postseal.gateway.e2e.interop;

import static org.postseal.gateway.e2e.interop.LimitCells.AES_GCM;
import static org.postseal.gateway.e2e.interop.LimitCells.BRAINPOOL;
import static org.postseal.gateway.e2e.interop.LimitCells.CERTIFICATES;
import static org.postseal.gateway.e2e.interop.LimitCells.CHACHA20;
import static org.postseal.gateway.e2e.interop.LimitCells.COMPRESSED;
import static org.postseal.gateway.e2e.interop.LimitCells.DES_OR_RC2;
import static org.postseal.gateway.e2e.interop.LimitCells.ED25519;
import static org.postseal.gateway.e2e.interop.LimitCells.ED448;
import static org.postseal.gateway.e2e.interop.LimitCells.KEY_IDENTIFIER;
import static org.postseal.gateway.e2e.interop.LimitCells.KEY_NOT_TAKEN;
import static org.postseal.gateway.e2e.interop.LimitCells.ML_DSA;
import static org.postseal.gateway.e2e.interop.LimitCells.NOT_CHOSEN_BY_NSS;
import static org.postseal.gateway.e2e.interop.LimitCells.OAEP;
import static org.postseal.gateway.e2e.interop.LimitCells.PSS;
import static org.postseal.gateway.e2e.interop.LimitCells.READ_BY_ML_KEM;
import static org.postseal.gateway.e2e.interop.LimitCells.TO_ML_KEM;
import static org.postseal.gateway.e2e.interop.LimitCells.X;
import static org.postseal.gateway.e2e.interop.LimitCells.making;
import static org.postseal.gateway.e2e.interop.LimitCells.reading;
import static org.postseal.gateway.e2e.interop.PeerName.GPGSM;
import static org.postseal.gateway.e2e.interop.PeerName.NSS;
import static org.postseal.gateway.e2e.interop.PeerName.OPENSSL;

import java.util.List;

/** All known limits of peers. A cell that is neither good nor covered here is a fault. */
final class Limits {
    static final List<Limit> ALL = List.of(
            new Limit(
                    OPENSSL,
                    "does not know id-shake256-len, the digest of an Ed448 signature (RFC 8419 §3.1);"
                            + " it names id-shake256 itself",
                    "2\\.16\\.840\\.1\\.101\\.3\\.4\\.2\\.18.*unknown digest algorithm",
                    reading(ED448)),
            new Limit(
                    OPENSSL,
                    "does not know ChaCha20-Poly1305 in CMS (RFC 8103)",
                    "unknown cipher|unsupported content encryption algorithm",
                    CHACHA20),
            new Limit(
                    OPENSSL,
                    "does not know key agreement by X25519 and X448 (RFC 8418)",
                    "Error decrypting CMS using private key|operation not supported for this keytype",
                    X),
            new Limit(
                    OPENSSL,
                    "does not know ML-KEM (RFC 9629); beside it, it opens with another key",
                    "Error decrypting CMS using private key|operation not supported for this keytype",
                    reading(READ_BY_ML_KEM).or(making(TO_ML_KEM))),
            new Limit(GPGSM, "signs by v1.5 only", making(PSS)),
            new Limit(
                    GPGSM,
                    "verifies Ed25519 as another kind of DSA, and does not import its keys",
                    "requires the hash length to be a multiple of 8 bits|" + KEY_NOT_TAKEN,
                    ED25519),
            new Limit(
                    GPGSM,
                    "does not know id-shake256-len, and does not import keys of Ed448",
                    "2\\.16\\.840\\.1\\.101\\.3\\.4\\.2\\.18\\) has not been enabled|" + KEY_NOT_TAKEN,
                    ED448),
            new Limit(GPGSM, "does not know ML-DSA", "no signature value available|" + KEY_NOT_TAKEN, ML_DSA),
            new Limit(
                    GPGSM,
                    "encrypts content keys to RSA by v1.5, to recipients named by issuer and serial number",
                    making(OAEP.or(KEY_IDENTIFIER))),
            new Limit(
                    GPGSM,
                    "does not know ChaCha20-Poly1305",
                    "unsupported algorithm|selected cipher algorithm is invalid",
                    CHACHA20),
            new Limit(
                    GPGSM,
                    "does not know DES and RC2",
                    "unsupported algorithm|selected cipher algorithm is invalid",
                    DES_OR_RC2),
            new Limit(
                    GPGSM,
                    "has no room for the parameters of AES-GCM (RFC 5084 §3.2)",
                    "error getting IV: Buffer too short",
                    reading(AES_GCM)),
            new Limit(GPGSM, "does not import keys of X25519 and X448", KEY_NOT_TAKEN, reading(X)),
            new Limit(
                    GPGSM,
                    "derives from X25519 by X9.63 (RFC 8418 wants HKDF), and does not encrypt to X448",
                    "^made with .* by X9.63, not|Bad data",
                    making(X)),
            new Limit(
                    GPGSM,
                    "does not know ML-KEM; beside it, it opens with another key",
                    "not suitable for encryption|" + KEY_NOT_TAKEN,
                    reading(READ_BY_ML_KEM).or(making(TO_ML_KEM))),
            new Limit(
                    GPGSM,
                    "makes no authEnveloped-data:"
                            + " asked for AES-GCM by its object identifier, it makes an enveloped-data without a tag",
                    "^made with enveloped-data by AES-...-GCM",
                    making(AES_GCM)),
            new Limit(GPGSM, "does not read OAEP", "error getting encrypted session key", reading(OAEP)),
            new Limit(
                    GPGSM,
                    "does not find recipients named by subject key identifier",
                    "error getting info: General error",
                    reading(KEY_IDENTIFIER)),
            new Limit(
                    GPGSM,
                    "makes signed-data with content and enveloped-data, and nothing else",
                    making(COMPRESSED.or(CERTIFICATES))),
            new Limit(
                    NSS,
                    "does not know Brainpool curves",
                    "status=BadSignature|SEC_ERROR_SIGNATURE_ALGORITHM_DISABLED"
                            + "|SEC_ERROR_BAD_EXPORT_ALGORITHM|cannot create encoder context",
                    BRAINPOOL),
            new Limit(NSS, "signs by PSS with keys that are marked for it only", making(PSS)),
            new Limit(
                    NSS,
                    "does not know Ed25519 in CMS",
                    "status=BadSignature|corresponding cert for key .* does not exist",
                    ED25519),
            new Limit(
                    NSS,
                    "does not know Ed448 and ML-DSA",
                    "status=SigningCertNotTrusted|corresponding cert for key .* does not exist",
                    ED448.or(ML_DSA)),
            new Limit(
                    NSS,
                    "does not know authEnveloped-data",
                    "SEC_ERROR_UNRECOGNIZED_OID",
                    reading(AES_GCM.or(CHACHA20))),
            new Limit(
                    NSS,
                    "opens nothing that has a recipient by ML-KEM, by no other key either",
                    "SEC_ERROR_UNRECOGNIZED_OID",
                    reading(TO_ML_KEM)),
            new Limit(NSS, "does not know key agreement by X25519 and X448", "SEC_ERROR_NOT_A_RECIPIENT", reading(X)),
            new Limit(
                    NSS,
                    "does not encrypt to X25519, X448 and ML-KEM",
                    "SEC_ERROR_INVALID_ALGORITHM|cannot find certificate",
                    making(X.or(TO_ML_KEM))),
            new Limit(
                    NSS,
                    "chooses by itself: AES-128-CBC, for RSA-4096,"
                            + " P-384 and P-521 AES-256-CBC, v1.5, issuer and serial number",
                    "^made with enveloped-data by AES-(128|256)-CBC",
                    making(NOT_CHOSEN_BY_NSS)),
            new Limit(NSS, "does not compress", making(COMPRESSED)));

    private Limits() {}
}
