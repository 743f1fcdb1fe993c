package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A flattened JSON Web Signature as RFC 8555 §6.2 narrows it down. Reading it says which rule it breaks.
 *
 * @param header the protected header
 */
record AcmeJws(Map<String, Object> header, String payload, String signed, byte[] signature) {
    /** @param headers the members that the protected header may have and must have */
    static AcmeJws read(Map<String, Object> object, Set<String> headers) throws AcmeProblem {
        if (!object.keySet().equals(Set.of("protected", "payload", "signature"))) {
            throw AcmeProblem.malformed(
                    "a JWS has the members protected, payload and signature, not " + object.keySet());
        }
        Map<String, Object> header = AcmeJson.object(new String(decode(string(object, "protected")), UTF_8));
        for (String name : headers) {
            if (!header.containsKey(name)) {
                throw AcmeProblem.malformed("the protected header has no " + name);
            }
        }
        if (header.containsKey("crit") || header.containsKey("b64")) {
            throw AcmeProblem.malformed("the protected header has crit or b64");
        }
        return new AcmeJws(
                header,
                new String(decode(string(object, "payload")), UTF_8),
                string(object, "protected") + "." + string(object, "payload"),
                decode(string(object, "signature")));
    }

    String header(String name) throws AcmeProblem {
        return string(header, name);
    }

    /** Verifies with the key of an account. The algorithm must be the one of the key. */
    void verify(Map<String, Object> jwk) throws AcmeProblem {
        String algorithm = "EC".equals(jwk.get("kty")) ? "ES256" : "RS256";
        if (!algorithm.equals(header("alg"))) {
            throw new AcmeProblem(
                    400, "badSignatureAlgorithm", "alg is " + header("alg") + ", and the key is for " + algorithm);
        }
        try {
            Signature verifier =
                    Signature.getInstance(algorithm.equals("ES256") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
            verifier.initVerify(key(jwk));
            verifier.update(signed.getBytes(US_ASCII));
            if (verifier.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException _) {
            // A signature of another length is as wrong as one of another key
        }
        throw AcmeProblem.malformed("the signature of the JWS is wrong");
    }

    /** Verifies the binding to an external account (RFC 8555 §7.3.4). */
    void verifyMac(byte[] secret) throws AcmeProblem {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            if (!MessageDigest.isEqual(mac.doFinal(signed.getBytes(US_ASCII)), signature)) {
                throw new AcmeProblem(401, "unauthorized", "the MAC of the external account is wrong");
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a public key, which is P-256 or RSA of 2048 bits and more and has no private member. */
    static PublicKey key(Map<String, Object> jwk) throws AcmeProblem {
        if (jwk.containsKey("d")) {
            throw new AcmeProblem(400, "badPublicKey", "the jwk holds the private key");
        }
        try {
            if ("EC".equals(jwk.get("kty")) && "P-256".equals(jwk.get("crv"))) {
                AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
                curve.init(new ECGenParameterSpec("secp256r1"));
                // RFC 7518 §6.2.1.2: the octets of a coordinate are never fewer than those of the curve
                if (decode(string(jwk, "x")).length == 32 && decode(string(jwk, "y")).length == 32) {
                    ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
                    return KeyFactory.getInstance("EC")
                            .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
                }
            } else if ("RSA".equals(jwk.get("kty"))) {
                RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
                // RFC 7518 §6.3.1.1: no zero octet before the modulus
                if (key.getModulus().bitLength() >= 2048 && decode(string(jwk, "n"))[0] != 0) {
                    return key;
                }
            }
        } catch (GeneralSecurityException _) {
            // Reported below
        }
        throw new AcmeProblem(400, "badPublicKey", "the jwk is no key of P-256, nor of RSA with 2048 bits");
    }

    /** Returns the SHA-256 thumbprint (RFC 7638 §3). */
    static String thumbprint(Map<String, Object> jwk) throws AcmeProblem {
        return digest(
                "EC".equals(jwk.get("kty"))
                        ? "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
                                .formatted(string(jwk, "x"), string(jwk, "y"))
                        : "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}".formatted(string(jwk, "e"), string(jwk, "n")));
    }

    /** Returns the digest that a response carries (RFC 8823 §3): both tokens, a full stop and the thumbprint. */
    static String response(String part1, String part2, Map<String, Object> jwk) throws AcmeProblem {
        return digest(part1 + part2 + "." + thumbprint(jwk));
    }

    static String encode(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    /** Decodes base64url without padding, line ends or unused bits (RFC 8555 §6.1, RFC 7515 §2). */
    static byte[] decode(String text) throws AcmeProblem {
        if (text.matches("[A-Za-z0-9_-]*") && text.length() % 4 != 1) {
            byte[] octets = Base64.getUrlDecoder().decode(text);
            if (encode(octets).equals(text)) {
                return octets;
            }
        }
        throw AcmeProblem.malformed("no base64url without padding: " + text);
    }

    static String string(Map<String, Object> object, String name) throws AcmeProblem {
        if (object.get(name) instanceof String text) {
            return text;
        }
        throw AcmeProblem.malformed("no string: " + name);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Map<String, Object> object, String name) throws AcmeProblem {
        if (object.get(name) instanceof Map<?, ?> members) {
            return (Map<String, Object>) members;
        }
        throw AcmeProblem.malformed("no object: " + name);
    }

    private static BigInteger number(Map<String, Object> jwk, String name) throws AcmeProblem {
        return new BigInteger(1, decode(string(jwk, name)));
    }

    private static String digest(String text) {
        try {
            return encode(MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
