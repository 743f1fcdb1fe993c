package org.postseal.gateway.judges;

import java.util.Locale;

/**
 * The ways to write a domain of ours. Some of them are one domain to a program that compares A-labels, and several to a
 * program that compares what is written.
 */
enum DomainSpelling implements Dice.Production {
    ASCII(InternalRoad.HOME),
    U_LABEL("b\u00fccher.example"),
    U_LABEL_UPPER_ASCII("B\u00fcCHER.Example"),
    U_LABEL_UPPER("B\u00dcCHER.example"),
    DECOMPOSED("bu\u0308cher.example"),
    A_LABEL("xn--bcher-kva.example"),
    A_LABEL_UPPER("XN--BCHER-KVA.EXAMPLE");

    private final String domain;

    DomainSpelling(String domain) {
        this.domain = domain;
    }

    @Override
    public String production() {
        return "home:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String domain() {
        return domain;
    }

    boolean isAscii() {
        return domain.chars().allMatch(c -> c < 128);
    }
}
