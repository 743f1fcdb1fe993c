package org.postseal.gateway.road.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.gateway.road.acme.Challenges;

/** One challenge that is awaited, in a store that may be away. */
final class Awaited implements Challenges {
    static final MailAddress AUTHORITY = MailAddress.of("acme@ca.example");
    static final String TOKEN = "LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME=";
    /** The mail as RFC 8823 §3.1 has it, as the server in front hands it over. */
    static final String MAIL = TestRoad.message("""
            Authentication-Results: mx.example.com; dkim=pass header.d=ca.example header.s=acme
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=ca.example; s=acme;
             h=From:Sender:Reply-To:To:Cc:Subject:Date:In-Reply-To:References:
             Message-ID:Auto-Submitted:Content-Type:Content-Transfer-Encoding;
             bh=AAAA; b=BBBB
            Date: Tue, 24 Nov 2026 11:59:00 +0000
            From: ACME <acme@ca.example>
            To: alice@example.com
            Subject: ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME=
            Message-ID: <A2299BB.FF7788@ca.example>
            Auto-Submitted: auto-generated; type=acme
            """, "Hello\n");

    private final List<MailAddress> asked = new ArrayList<>();
    private Optional<AcmeChallenge> challenge;
    private boolean isAway;
    private boolean isFull;

    Awaited() {
        this(Parties.ALICE, AUTHORITY);
    }

    Awaited(MailAddress address, MailAddress from) {
        challenge = Optional.of(new AcmeChallenge(
                address,
                from,
                "DGyRejmCefe7v4NfDGDKfA",
                "HnWjTDnyqlCrm6tZ-6wX-TrEXgRdeNu9G71gqxSO6o0",
                Parties.NOW.plus(Duration.ofHours(1)),
                Set.of()));
    }

    /** Lets the store answer no question, or answer again. */
    void away(boolean now) {
        isAway = now;
    }

    /** Lets the store keep nothing, or keep again. */
    void full(boolean now) {
        isFull = now;
    }

    void expire() {
        challenge = challenge.map(each -> with(each, Parties.NOW.minusSeconds(1), each.answered()));
    }

    void end() {
        challenge = Optional.empty();
    }

    List<MailAddress> asked() {
        return List.copyOf(asked);
    }

    Set<String> answers() {
        return challenge.map(AcmeChallenge::answered).orElse(Set.of());
    }

    private static AcmeChallenge with(AcmeChallenge old, Instant expires, Set<String> answered) {
        return new AcmeChallenge(old.address(), old.from(), old.token(), old.thumbprint(), expires, answered);
    }

    @Override
    public boolean areExpected() {
        return true;
    }

    @Override
    public Optional<AcmeChallenge> of(MailAddress address) {
        asked.add(address);
        if (isAway) {
            throw new StoreUnavailableException("challenges: away");
        }
        return challenge.filter(each -> each.address().equals(address));
    }

    @Override
    public void answered(AcmeChallenge expected, String token) {
        if (isAway || isFull) {
            throw new StoreUnavailableException("challenges: away");
        }
        challenge = challenge.map(each -> {
            Set<String> all = new HashSet<>(each.answered());
            all.add(token);
            return with(each, each.expires(), all);
        });
    }
}
