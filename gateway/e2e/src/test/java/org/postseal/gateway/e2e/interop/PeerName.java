package org.postseal.gateway.e2e.interop;

enum PeerName {
    OPENSSL("OpenSSL"),
    GPGSM("gpgsm"),
    NSS("NSS cmsutil"),
    BCJMAIL("bcjmail");

    private final String title;

    PeerName(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
