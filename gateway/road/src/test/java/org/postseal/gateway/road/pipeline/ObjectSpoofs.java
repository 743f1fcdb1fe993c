package org.postseal.gateway.road.pipeline;

import static org.postseal.gateway.road.pipeline.SpoofForge.ENTITY;
import static org.postseal.gateway.road.pipeline.SpoofForge.FROM_BOB;
import static org.postseal.gateway.road.pipeline.SpoofForge.assembled;
import static org.postseal.gateway.road.pipeline.SpoofForge.attached;
import static org.postseal.gateway.road.pipeline.SpoofForge.certificates;
import static org.postseal.gateway.road.pipeline.SpoofForge.clear;
import static org.postseal.gateway.road.pipeline.SpoofForge.corrupted;
import static org.postseal.gateway.road.pipeline.SpoofForge.detached;
import static org.postseal.gateway.road.pipeline.SpoofForge.info;
import static org.postseal.gateway.road.pipeline.SpoofForge.opaque;
import static org.postseal.gateway.road.pipeline.SpoofForge.signedData;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.postseal.certstore.MailAddress;

/**
 * Makes tricks within the CMS object: content in two places (C1), signers beside each other (C2), no signer at all
 * (C3).
 */
final class ObjectSpoofs {
    private static final SpoofForge.Signer BOB = SpoofForge.Signer.of(Parties.BOB);
    private static final SpoofForge.Signer EVE = SpoofForge.Signer.of(SpoofForge.EVE);
    private static final String OTHER = ENTITY.replace("100", "900");
    private static final String BOTH_TEXT = "smime=fail reason=\"content both inside and outside\"";

    private ObjectSpoofs() {}

    static List<Spoof> all() {
        List<Spoof> all = new ArrayList<>(content());
        all.addAll(signers());
        all.addAll(nobody());
        return all;
    }

    private static List<Spoof> content() {
        return List.of(
                Spoof.of(
                        "C1 the content once more inside a detached signature",
                        clear(FROM_BOB, ENTITY, attached(ENTITY, BOB)),
                        "invalid CONTENT_BOTH_INSIDE_AND_OUTSIDE",
                        BOTH_TEXT + " body.smime-part=2"),
                Spoof.of(
                        "C1 signed inside, another text outside",
                        clear(FROM_BOB, OTHER, attached(ENTITY, BOB)),
                        "invalid CONTENT_BOTH_INSIDE_AND_OUTSIDE",
                        BOTH_TEXT + " body.smime-part=2"),
                Spoof.of(
                        "C1 signed outside, another text inside",
                        clear(FROM_BOB, ENTITY, assembled(OTHER, true, List.of(info(ENTITY, BOB)), certificates(BOB))),
                        "invalid CONTENT_BOTH_INSIDE_AND_OUTSIDE",
                        BOTH_TEXT + " body.smime-part=2"),
                Spoof.of(
                        "C1 nothing inside, and that is signed",
                        clear(FROM_BOB, ENTITY, attached("", BOB)),
                        "invalid CONTENT_BOTH_INSIDE_AND_OUTSIDE",
                        BOTH_TEXT + " body.smime-part=2"),
                Spoof.of(
                        "C1 another text than the one signed",
                        clear(FROM_BOB, OTHER, detached(ENTITY, BOB)),
                        "invalid CONTENT_ALTERED",
                        "smime=fail reason=\"content altered\" body.smime-part=2"),
                Spoof.of(
                        "C1 an opaque signature with its content replaced",
                        opaque(FROM_BOB, assembled(OTHER, true, List.of(info(ENTITY, BOB)), certificates(BOB))),
                        "invalid CONTENT_ALTERED",
                        "smime=fail reason=\"content altered\" body.smime-part=1"),
                Spoof.of(
                        "C1 an opaque signature without its content, the text behind it",
                        opaque(FROM_BOB, detached(ENTITY, BOB)) + ENTITY,
                        "invalid MALFORMED",
                        "smime=neutral reason=malformed"));
    }

    private static List<Spoof> signers() {
        SignerInfo good = info(ENTITY, BOB);
        SpoofForge.Signer carl = SpoofForge.Signer.of(Parties.CARL);
        List<SignerInfo> eleven = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            eleven.add(info(ENTITY, BOB.at(Parties.NOW.plusSeconds(i))));
        }
        return List.of(
                Spoof.of(
                        "C2 good, and the same signer bad",
                        two(good, corrupted(info(ENTITY, BOB))),
                        "invalid SIGNATURE_WRONG",
                        "smime=fail reason=\"signature wrong\" body.smime-part=2"),
                Spoof.of(
                        "C2 good, and another signer bad",
                        two(good, corrupted(info(ENTITY, carl)), carl),
                        "invalid SIGNATURE_WRONG",
                        "smime=fail reason=\"signature wrong\" body.smime-part=2"),
                Spoof.of(
                        "C2 another one good, that of From bad",
                        two(info(ENTITY, EVE), corrupted(good), EVE),
                        "invalid SIGNATURE_WRONG",
                        "smime=fail reason=\"signature wrong\" body.smime-part=2"),
                Spoof.of(
                        "C2 another one good, that of From over another text",
                        two(info(OTHER, EVE), good, EVE).replace("Pay 100", "Pay 900"),
                        "invalid CONTENT_ALTERED",
                        "smime=fail reason=\"content altered\" body.smime-part=2"),
                Spoof.of(
                        "C2 good, and a signer whose certificate is not there",
                        two(good, info(ENTITY, EVE)),
                        "unverifiable SIGNER_CERTIFICATE_MISSING",
                        "smime=permerror reason=\"signer certificate missing\" body.smime-part=2"),
                Spoof.of(
                        "C2 good, and one whom nobody trusts",
                        two(good, info(ENTITY, TrustSpoofs.stranger()), TrustSpoofs.stranger()),
                        "invalid CERTIFICATE_UNTRUSTED",
                        "smime=policy reason=\"certificate untrusted\" body.smime-part=2"),
                Spoof.of(
                        "C2 good, and one by SHA-1",
                        two(good, info(ENTITY, carl.by("SHA1withECDSA")), carl),
                        "unverifiable ALGORITHM_WEAK",
                        "smime=policy reason=\"algorithm weak\" body.smime-part=2"),
                Spoof.of(
                        "C2 more signers than anybody has",
                        clear(FROM_BOB, ENTITY, assembled(ENTITY, false, eleven, certificates(BOB))),
                        "unverifiable LIMIT_EXCEEDED",
                        "smime=permerror reason=\"limit exceeded\" body.smime-part=2"));
    }

    private static String two(SignerInfo one, SignerInfo other, SpoofForge.Signer... beside) {
        List<SpoofForge.Signer> known = new ArrayList<>(List.of(beside));
        known.add(BOB);
        return clear(
                FROM_BOB,
                ENTITY,
                assembled(ENTITY, false, List.of(one, other), certificates(known.toArray(SpoofForge.Signer[]::new))));
    }

    private static List<Spoof> nobody() {
        String noSigner = "smime=neutral reason=\"no signer\" body.smime-part=";
        String malformed = "smime=neutral reason=malformed body.smime-part=2";
        return List.of(
                Spoof.of(
                        "C3 a certificate and no signer, beside the text",
                        clear(FROM_BOB, ENTITY, signedData(ENTITY, false, List.of(), certificates(BOB))),
                        "invalid NO_SIGNER",
                        noSigner + "2"),
                Spoof.of(
                        "C3 neither certificate nor signer, beside the text",
                        clear(FROM_BOB, ENTITY, signedData(ENTITY, false, List.of(), List.of())),
                        "invalid NO_SIGNER",
                        noSigner + "2"),
                Spoof.of(
                        "C3 no signer around the text",
                        opaque(FROM_BOB, signedData(ENTITY, true, List.of(), certificates(BOB))),
                        "invalid NO_SIGNER",
                        noSigner + "1"),
                Spoof.unsigned(
                        "C3 certs-only that calls itself signed-data",
                        opaque(FROM_BOB, signedData("", false, List.of(), certificates(BOB)))),
                Spoof.of(
                        "C3 text where the signature should stand",
                        clear(FROM_BOB, ENTITY, SpoofForge.octets("signed by Bob")),
                        "invalid MALFORMED",
                        malformed),
                Spoof.of(
                        "C3 nothing where the signature should stand",
                        clear(FROM_BOB, ENTITY, new byte[0]),
                        "invalid MALFORMED",
                        malformed),
                Spoof.of(
                        "C3 a ciphertext where the signature should stand",
                        clear(FROM_BOB, ENTITY, ciphertext()),
                        "invalid MALFORMED",
                        malformed),
                Spoof.of(
                        "C3 no signed attributes, so that one text can be read as another",
                        clear(
                                FROM_BOB,
                                ENTITY,
                                assembled(ENTITY, false, List.of(withoutAttributes()), certificates(BOB))),
                        "unverifiable SIGNED_ATTRIBUTES_MISSING",
                        "smime=neutral reason=\"signed attributes missing\" body.smime-part=2"));
    }

    /** The signed octets are then the content of a message of the attacker. */
    private static SignerInfo withoutAttributes() {
        SignerInfo good = info(ENTITY, BOB);
        return new SignerInfo(
                good.getSID(),
                good.getDigestAlgorithm(),
                (org.bouncycastle.asn1.ASN1Set) null,
                good.getDigestEncryptionAlgorithm(),
                good.getEncryptedDigest(),
                null);
    }

    private static byte[] ciphertext() {
        try {
            String sealed = new String(
                    SealedCopy.encrypt(FROM_BOB + ENTITY, MailAddress.of("alice@example.com")),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
            return java.util.Base64.getMimeDecoder().decode(sealed.substring(sealed.indexOf("\r\n\r\n") + 4));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
