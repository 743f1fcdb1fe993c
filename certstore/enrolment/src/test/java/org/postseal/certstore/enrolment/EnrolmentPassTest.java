package org.postseal.certstore.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.enrolment.Office.ALICE;
import static org.postseal.certstore.enrolment.Office.BOTH;
import static org.postseal.certstore.enrolment.Office.START;
import static org.postseal.certstore.enrolment.Office.wanted;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateOrders.State;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** Passes over one user and some, with authorities that answer well and badly. */
class EnrolmentPassTest {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private Office office;

    @BeforeEach
    void open() {
        office = new Office(folder);
        office.issuesFor(YEAR);
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void aNewUserGetsACertificateAndKeepsIt() {
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("TAKEN");
        assertThat(office.keys(ALICE)).hasSize(1);
        assertThat(office.keys(ALICE).getFirst().chain()).containsExactly(office.authority.issuing());
        office.pass(DAY);
        assertThat(office.run(wanted(ALICE, BOTH))).isEmpty();
        assertThat(office.authority.asked).hasSize(1);
        assertThat(office.actions()).containsExactly("enrol-order", "enrol-take");
        assertThat(office.database.orders().list()).isEmpty();
    }

    @Test
    void nearItsEndItIsRenewedWithAnotherKeyAndTheOldKeyStays() {
        office.run(wanted(ALICE, BOTH));
        KeyHandle old = office.keys(ALICE).getFirst();
        office.pass(Duration.ofDays(334));
        assertThat(office.run(wanted(ALICE, BOTH))).isEmpty();
        office.pass(DAY);
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("TAKEN");
        List<KeyHandle> keys = office.keys(ALICE);
        assertThat(keys).hasSize(2);
        // The newest comes first, and signs.
        assertThat(keys.getFirst().certificate().notBefore()).isEqualTo(office.clock.now);
        assertThat(keys.getLast().certificate()).isEqualTo(old.certificate());
        assertThat(office.authority.asked.getFirst().order())
                .isNotEqualTo(office.authority.asked.getLast().order());
    }

    @Test
    void aUserWithTwoCertificatesGetsThemOneAfterTheOther() {
        Set<CertificatePurpose> sign = Set.of(CertificatePurpose.SIGN);
        Set<CertificatePurpose> encrypt = Set.of(CertificatePurpose.ENCRYPT);
        office.authority.script = request -> office.authority.issue(
                request,
                ScriptedAuthority.right(request, office.clock, YEAR)
                        .withUsage(
                                request.profile().equals("sign") ? KeyUsage.digitalSignature : KeyUsage.keyAgreement));
        assertThat(office.run(wanted(ALICE, List.of(sign, encrypt)))).containsExactly("TAKEN", "TAKEN");
        assertThat(office.authority.asked).extracting(Request::profile).containsExactly("sign", "encrypt");
        assertThat(office.run(wanted(ALICE, List.of(sign, encrypt)))).isEmpty();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                bad("another key", "no certificate of the answer is for the key of the order", (office, request) -> {
                    KeyMaterial other = KeyMaterial.generate(KeyAlgorithm.P256);
                    return new Answer.Issued(List.of(
                            office.authority.certificate(
                                    other.publicKey(), ScriptedAuthority.right(request, office.clock, YEAR)),
                            office.authority.issuing()));
                }),
                changed(
                        "another address",
                        "the certificate is not for the address, but for mallory@theirs.example",
                        (office, right) -> right.withAddresses("mallory@theirs.example")),
                changed(
                        "one address more",
                        "the certificate is for another address, too: chief@ours.example",
                        (office, right) -> right.withAddresses("alice@ours.example", "chief@ours.example")),
                changed(
                        "ended yesterday",
                        "the certificate expired on 2025-12-31T00:00:00Z",
                        (office, right) -> right.between(START.minus(YEAR), START.minus(DAY))),
                changed(
                        "begins tomorrow",
                        "the certificate is not valid before 2026-01-06T00:00:00Z; is the clock of this machine right?",
                        (office, right) -> right.between(START.plus(Duration.ofDays(5)), START.plus(YEAR))),
                changed(
                        "ends too early",
                        "the certificate ends too early, on 2026-01-31T00:00:00Z: it would have to be renewed at once",
                        (office, right) -> right.between(START, START.plus(Duration.ofDays(30)))),
                changed(
                        "signs only",
                        "the certificate cannot be used to encrypt: wrong usage",
                        (office, right) -> right.withUsage(KeyUsage.digitalSignature)),
                changed(
                        "for servers",
                        "the certificate cannot be used to",
                        (office, right) -> right.withPurpose(KeyPurposeId.id_kp_serverAuth)),
                bad(
                        "an authority that nobody trusts",
                        "untrusted",
                        (office, request) -> new ScriptedAuthority(START, START.plus(YEAR))
                                .issue(request, ScriptedAuthority.right(request, office.clock, YEAR))),
                bad(
                        "no issuer",
                        "untrusted",
                        (office, request) -> new Answer.Issued(List.of(office.authority.certificate(
                                ScriptedAuthority.key(request),
                                ScriptedAuthority.right(request, office.clock, YEAR))))),
                bad(
                        "a whole bundle",
                        "the answer has more than 10 certificates",
                        (office, request) -> new Answer.Issued(IntStream.range(0, 11)
                                .mapToObj(_ -> office.authority.issuing())
                                .toList())),
                bad(
                        "nothing",
                        "no certificate of the answer is for the key of the order",
                        (_, _) -> new Answer.Issued(List.of())),
                bad("down", "connection refused", (_, _) -> new Answer.Unavailable("connection refused")),
                bad("later", "wait for it", (_, _) -> new Answer.Later("wait for it", Optional.empty())));
    }

    private static Arguments bad(String name, String reason, BiFunction<Office, Request, Answer> answer) {
        return Arguments.of(name, reason, answer);
    }

    private static Arguments changed(
            String name,
            String reason,
            BiFunction<Office, ScriptedAuthority.Content, ScriptedAuthority.Content> change) {
        return bad(
                name,
                reason,
                (office, request) -> office.authority.issue(
                        request, change.apply(office, ScriptedAuthority.right(request, office.clock, YEAR))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void nothingOfABadAnswerIsTaken(String name, String reason, BiFunction<Office, Request, Answer> answer) {
        office.authority.script = request -> answer.apply(office, request);
        assertThat(office.run(wanted(ALICE, BOTH)))
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("WAITING: ").contains(reason));
        assertThat(office.keys(ALICE)).isEmpty();
        assertThat(office.database.certificates().withAddress(ALICE)).isEmpty();
        // The same answer again is not on record twice, and the order is the same.
        office.pass(DAY);
        office.run(wanted(ALICE, BOTH));
        assertThat(office.actions()).containsOnlyOnce("enrol-order").containsOnlyOnce("enrol-wait");
        office.issuesFor(YEAR);
        office.pass(DAY);
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("TAKEN");
        assertThat(office.authority.asked)
                .extracting(Request::order)
                .doesNotContainNull()
                .containsOnly(office.authority.asked.getFirst().order());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void theOldKeyGoesOnWhateverIsAnswered(String name, String reason, BiFunction<Office, Request, Answer> answer) {
        office.issuesFor(Duration.ofDays(31));
        office.run(wanted(ALICE, BOTH));
        List<KeyHandle> before = office.keys(ALICE);
        office.authority.script = request -> answer.apply(office, request);
        office.clock.now = START.plus(Duration.ofDays(1)).plusSeconds(1);
        assertThat(office.run(wanted(ALICE, BOTH))).singleElement().asString().startsWith("WAITING");
        assertThat(office.keys(ALICE))
                .extracting(KeyHandle::certificate)
                .containsExactly(before.getFirst().certificate());
    }

    @Test
    void aRefusedOrderIsAskedAgainOnlyWhenSomebodySaysSo() {
        office.authority.script = _ -> new Answer.Refused("alice has left");
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("REFUSED: alice has left");
        office.issuesFor(YEAR);
        office.pass(YEAR);
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("REFUSED: alice has left");
        assertThat(office.authority.asked).hasSize(1);
        var order = office.database.orders().of(ALICE).orElseThrow();
        assertThat(order.state()).isEqualTo(State.REFUSED);
        office.database.orders().update(order.again(office.clock.now));
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("TAKEN");
        assertThat(office.actions()).containsExactly("enrol-order", "enrol-refuse", "enrol-take");
    }

    @Test
    void anAuthorityIsAskedLessAndLessOftenAndWhenItSays() {
        office.authority.script = _ -> new Answer.Later("busy", Optional.empty());
        for (int hour = 0; hour < 24 * 7; hour++) {
            office.run(wanted(ALICE, BOTH));
            office.pass(Duration.ofHours(1));
        }
        assertThat(office.authority.asked).hasSizeBetween(9, 12);
        office.authority.asked.clear();
        office.authority.script = _ -> new Answer.Later("in two days", Optional.of(Duration.ofDays(2)));
        for (int hour = 0; hour < 24 * 7; hour++) {
            office.run(wanted(ALICE, BOTH));
            office.pass(Duration.ofHours(1));
        }
        assertThat(office.authority.asked).hasSize(4);
    }

    @Test
    void aClockThatJumpedAheadDelaysNobody() {
        office.authority.script = _ -> new Answer.Later("busy", Optional.empty());
        office.clock.now = START.plus(Duration.ofDays(900));
        office.run(wanted(ALICE, BOTH));
        office.clock.now = START;
        office.issuesFor(YEAR);
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("TAKEN");
    }

    @Test
    void aProcessThatDiesGoesOnWithTheSameOrder() {
        office.authority.script = _ -> {
            throw new IllegalStateException("killed");
        };
        assertThatThrownBy(() -> office.run(wanted(ALICE, BOTH))).hasMessage("killed");
        assertThat(office.keys(ALICE)).isEmpty();
        office.issuesFor(YEAR);
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("TAKEN");
        assertThat(office.authority.asked).hasSize(2);
        assertThat(office.authority.asked.getFirst().pkcs10().lines().count()).isPositive();
        assertThat(ScriptedAuthority.key(office.authority.asked.getFirst()))
                .isEqualTo(ScriptedAuthority.key(office.authority.asked.getLast()));
        assertThat(office.actions()).containsExactly("enrol-order", "enrol-take");
    }

    @Test
    void anAuthorityThatIsDownIsNotAskedForEverybody() {
        office.authority.script = _ -> new Answer.Unavailable("down");
        List<Wanted> all = IntStream.range(0, 10)
                .mapToObj(i -> wanted(MailAddress.of("user" + i + "@ours.example"), BOTH))
                .toList();
        office.run(all);
        assertThat(office.authority.asked).hasSize(3);
        assertThat(office.told.stream().filter(line -> line.startsWith("POSTPONED")))
                .hasSize(7);
    }

    @Test
    void aRunBeginsNoMoreOrdersThanItMay() {
        office.ordersPerRun = 2;
        List<Wanted> all = IntStream.range(0, 3)
                .mapToObj(i -> wanted(MailAddress.of("user" + i + "@ours.example"), BOTH))
                .toList();
        assertThat(office.run(all))
                .containsExactly("TAKEN", "TAKEN", "POSTPONED: enough orders were begun in this run");
        assertThat(office.run(all)).containsExactly("TAKEN");
    }

    @Test
    void anOrderThatNobodyWantsIsGivenUpWithItsKey() {
        office.authority.script = _ -> new Answer.Later("busy", Optional.empty());
        office.run(wanted(ALICE, BOTH));
        assertThat(office.vault.list(Optional.empty(), 10)).hasSize(1);
        assertThat(office.run()).containsExactly("ENDED: the order is given up: it is not needed any more");
        assertThat(office.vault.list(Optional.empty(), 10)).isEmpty();
        assertThat(office.actions()).containsExactly("enrol-order", "enrol-wait", "enrol-end");
    }

    @Test
    void aBlockedAddressGetsNothing() {
        office.database
                .blocks()
                .add(new Blocks.Block(
                        new Blocks.Target.Address(ALICE),
                        org.postseal.certstore.database.Act.of("admin", Instant.EPOCH)));
        assertThat(office.run(wanted(ALICE, BOTH)))
                .containsExactly("WITHOUT: all certificates of the address are blocked");
        assertThat(office.authority.asked).isEmpty();
    }

    @Test
    void aKeyThatSomebodyRemovesTakesItsOrderAlong() {
        office.authority.script = request -> {
            office.database.wrappedKeys().remove(request.order());
            return office.authority.issue(request, ScriptedAuthority.right(request, office.clock, YEAR));
        };
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("WAITING: the key of the order is gone");
        assertThat(office.database.orders().list()).isEmpty();
        office.issuesFor(YEAR);
        assertThat(office.run(wanted(ALICE, BOTH))).containsExactly("TAKEN");
    }
}
