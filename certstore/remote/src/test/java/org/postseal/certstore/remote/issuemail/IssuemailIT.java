package org.postseal.certstore.remote.issuemail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.Domain;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.remote.smimea.Named;
import org.postseal.certstore.remote.smimea.SmimeaSettings;
import org.postseal.certstore.remote.smimea.ValidatedResolver;

/** Asks a real name server with signed and unsigned zones below {@code test.}. */
final class IssuemailIT {
    @TempDir
    private static Path directory;

    @AutoClose
    private static Named named;

    private static Issuemail issuemail;

    @BeforeAll
    static void start() throws Exception {
        Named.Zones zones = new Named.Zones(directory);
        List<String> parent = new ArrayList<>();
        parent.add(zones.signed(
                "secure.test.",
                List.of(),
                "@ CAA 0 issuemail \"ca.example; account=17 ; v=a/b\"",
                "@ CAA 0 issuemail \"Other.Example\"",
                "upper CAA 0 IssueMail \"ca.example\"",
                "@ CAA 0 issue \"web.example\"",
                "none CAA 0 issuemail \";\"",
                "nobody CAA 0 issuemail \"\"",
                "malformed CAA 0 issuemail \"-ca.example\"",
                "parameter CAA 0 issuemail \"ca.example; no parameter\"",
                "long CAA 0 issuemail \"" + "a.".repeat(110) + "b\"",
                "web CAA 0 issue \";\"",
                "critical CAA 128 issuemail \"ca.example\"",
                "unknown CAA 0 issuemail \"ca.example\"",
                "unknown CAA 0 brandnew \"x\"",
                "obstacle CAA 0 issuemail \"ca.example\"",
                "obstacle CAA 128 brandnew \"x\"",
                "alias CNAME none",
                "there TXT beside"));
        zones.unsigned("unsigned.test.", "@ CAA 0 issuemail \"ca.example\"", "open CAA 0 iodef \"mailto:x@y.example\"");
        parent.add("unsigned.test. NS ns.unsigned.test.");
        parent.add(zones.signed(
                "expired.test.",
                List.of("-P", "-s", "20200101000000", "-e", "20200201000000"),
                "@ CAA 0 issuemail \"ca.example\""));
        for (String zone : List.of("secure", "expired")) {
            parent.add(zone + ".test. NS ns." + zone + ".test.");
        }
        zones.unsigned(".");
        String anchor = zones.signed("test.", List.of(), parent.toArray(String[]::new));
        Path anchors = Files.writeString(directory.resolve("anchors"), anchor + "\n");
        named = Named.start(directory, zones);
        issuemail = new Issuemail(ValidatedResolver.of(
                new SmimeaSettings(
                        List.of(named.address()),
                        Optional.of(anchors),
                        SmimeaSettings.Transport.TCP,
                        Duration.ofSeconds(30)),
                Clock.systemUTC()));
    }

    @ParameterizedTest
    @CsvSource({
        "secure.test, secure.test, true, false",
        "a.b.there.secure.test, secure.test, true, false",
        "none.secure.test, none.secure.test, false, false",
        "below.none.secure.test, none.secure.test, false, false",
        "nobody.secure.test, nobody.secure.test, false, false",
        "malformed.secure.test, malformed.secure.test, false, false",
        "parameter.secure.test, parameter.secure.test, false, false",
        "web.secure.test, web.secure.test, true, true",
        "critical.secure.test, critical.secure.test, true, false",
        "unknown.secure.test, unknown.secure.test, true, false",
        "obstacle.secure.test, obstacle.secure.test, false, false",
        // RFC 8659 §3: an alias is followed, but what is above its target does not count.
        "alias.secure.test, alias.secure.test, false, false",
        "test, '', true, true"
    })
    void aSignedDomainSaysWhoMayIssue(String domain, String at, boolean permits, boolean permitsOthers) {
        Issuemail.Ruling ruling = issuemail.about(Domain.of(domain));
        assertThat(ruling.at().orElse("")).isEqualTo(at);
        assertThat(ruling.permits("CA.example")).isEqualTo(permits);
        assertThat(ruling.permits("third.example")).isEqualTo(permitsOthers);
        assertThat(ruling.isProven()).isTrue();
    }

    @Test
    void namesOfAuthoritiesAreReadWithoutRegardToCase() {
        assertThat(issuemail.about(Domain.of("secure.test")).issuers().orElseThrow())
                .containsExactlyInAnyOrder("ca.example", "other.example");
        assertThat(issuemail.about(Domain.of("obstacle.secure.test")).obstacle())
                .contains("brandnew");
    }

    @ParameterizedTest
    @CsvSource({"unsigned.test, false", "a.unsigned.test, false", "open.unsigned.test, true"})
    void anAnswerWithoutSignaturesCountsAndIsNotProven(String domain, boolean permitsOthers) {
        Issuemail.Ruling ruling = issuemail.about(Domain.of(domain));
        assertThat(ruling.permits("ca.example")).isTrue();
        assertThat(ruling.permits("third.example")).isEqualTo(permitsOthers);
        assertThat(ruling.isProven()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired.test", "upper.secure.test"})
    void withoutABelievableAnswerNothingIsSaid(String domain) {
        assertThatThrownBy(() -> issuemail.about(Domain.of(domain)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageStartingWith("CAA " + domain + ".: ");
    }

    @Test
    void thereIsALimitToClimbing() {
        assertThatThrownBy(() -> issuemail.about(Domain.of("a.".repeat(30) + "secure.test")))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(issuemail.about(Domain.of("long.secure.test")).issuers().orElseThrow())
                .hasSize(1);
    }
}
