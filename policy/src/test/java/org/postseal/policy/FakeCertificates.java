package org.postseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyPlace;

/** Answers look-ups with what the test says, and fails the test when one is asked twice. */
final class FakeCertificates implements CertificateFacts {
    static final Fact YES = new Fact.Available();
    static final Fact NO = new Fact.NotUsable(new CertificateStatus.Missing());
    static final Fact DOWN = new Fact.LookupFailed("no answer");

    private final Fact recipientCertificate;
    private final Fact signingKey;
    private final KeyPlace placeOfKey;
    private int recipientAsked;
    private int keyAsked;

    FakeCertificates(Fact recipientCertificate, Fact signingKey) {
        this(recipientCertificate, signingKey, KeyPlace.ANYWHERE);
    }

    /** With the key in this place: {@code ANYWHERE} is software. */
    FakeCertificates(Fact recipientCertificate, Fact signingKey, KeyPlace placeOfKey) {
        this.placeOfKey = placeOfKey;
        this.recipientCertificate = recipientCertificate;
        this.signingKey = signingKey;
    }

    @Override
    public Fact recipientCertificate() {
        assertThat(++recipientAsked).isEqualTo(1);
        return recipientCertificate;
    }

    @Override
    public Fact signingKey(KeyPlace place) {
        assertThat(++keyAsked).isEqualTo(1);
        return place == KeyPlace.HARDWARE && placeOfKey != place ? NO : signingKey;
    }

    /** Which were asked: {@code -}, {@code c}, {@code k} or {@code kc}. */
    String asked() {
        String asked = (keyAsked > 0 ? "k" : "") + (recipientAsked > 0 ? "c" : "");
        return asked.isEmpty() ? "-" : asked;
    }
}
