package org.postseal.gateway.e2e.bench;

import org.postseal.gateway.e2e.Users;

/** What {@link LoadBenchmark} measures. */
enum LoadMode {
    /** Without the gateway: a Postfix takes the message and passes it to a second one. */
    POSTFIX_TO_POSTFIX("Postfix → Postfix", Users.ALICE_RSA, "multipart/mixed"),
    /** Without the gateway: the message goes to the next hop directly. */
    NEXT_HOP("next hop alone", Users.ALICE_RSA, "multipart/mixed"),
    RELAY("relay", Users.ALICE_RSA, "multipart/mixed"),
    /** Signed with RSA-2048 and SHA-256 as multipart/signed. */
    SIGN("sign", "sign.rsa@example.com", "multipart/signed"),
    /** Encrypted with AES-256-GCM to one RSA-2048 recipient. */
    ENCRYPT("encrypt", "gcm.rsa@example.com", "application/pkcs7-mime"),
    SIGN_AND_ENCRYPT("sign, encrypt", "both-gcm.rsa@example.com", "application/pkcs7-mime"),
    /** A message that came encrypted with AES-256-GCM for an RSA-2048 recipient of ours, and is opened. */
    INBOUND("inbound, opened", Users.BOB_RSA, "multipart/mixed");

    private final String label;
    private final String sender;
    private final String result;

    LoadMode(String label, String sender, String result) {
        this.label = label;
        this.sender = sender;
        this.result = result;
    }

    String label() {
        return label;
    }

    String sender() {
        return sender;
    }

    String recipient() {
        return this == INBOUND ? Users.ALICE_RSA : Users.BOB_RSA;
    }

    /** Returns the media type of the message that leaves. */
    String result() {
        return result;
    }

    boolean isWithGateway() {
        return this != POSTFIX_TO_POSTFIX && this != NEXT_HOP;
    }
}
