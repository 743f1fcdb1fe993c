package org.postseal.gateway.admin.cli.enrol;

import java.util.Map;

/** The problem document that an authority answers with (RFC 8555 §6.7). */
final class AcmeProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;

    AcmeProblem(int status, String type, String detail) {
        super(detail);
        this.status = status;
        this.type = type;
    }

    static AcmeProblem malformed(String detail) {
        return new AcmeProblem(400, "malformed", detail);
    }

    int status() {
        return status;
    }

    Map<String, Object> document() {
        return Map.of("type", "urn:ietf:params:acme:error:" + type, "detail", getMessage(), "status", status);
    }
}
