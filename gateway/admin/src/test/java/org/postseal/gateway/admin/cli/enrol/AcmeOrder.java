package org.postseal.gateway.admin.cli.enrol;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An order with its one authorization and its one challenge. Confined to the lock of {@link ScriptedAcme}. */
final class AcmeOrder {
    final String id;
    final String account;
    final String part2;
    final AcmeMail.Challenge challenge;
    String status = "pending";
    boolean isMailed;
    boolean isPosted;
    int polls;
    List<String> replies = List.of();
    boolean isReplied;
    List<X509Certificate> chain = List.of();

    AcmeOrder(String id, String account, String part2, AcmeMail.Challenge challenge) {
        this.id = id;
        this.account = account;
        this.part2 = part2;
        this.challenge = challenge;
    }

    /** Decides once there are the response by mail and the POST to the challenge. */
    void settle() {
        if (status.equals("pending") && isPosted && isReplied) {
            status = replies.isEmpty() ? "ready" : "invalid";
        }
    }

    String challengeStatus() {
        if (!isPosted) {
            return "pending";
        }
        return isReplied ? replies.isEmpty() ? "valid" : "invalid" : "processing";
    }

    Map<String, Object> identifier() {
        return Map.of("type", "email", "value", challenge.address());
    }

    @Nullable
    Map<String, Object> error() {
        return replies.isEmpty()
                ? null
                : new AcmeProblem(403, "incorrectResponse", String.join("; ", replies)).document();
    }
}
