package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What holds for each oracle: nobody disagrees with the gateway, and its cases are no empty ones. Each production must
 * occur with the claim and without it, but for those that an oracle excuses. An excuse forbids nothing: the claim may
 * be made for such a case all the same, where the spelling has no effect or something else in it counts. Whether a
 * claim is right is for the programs to say.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OracleContract {
    private final int cases;
    private final int freshCases;
    private final Oracle oracle;
    private List<Finding> ofVectors = List.of();
    private List<Finding> ofFixedSeed = List.of();
    private List<Finding> ofFreshSeed = List.of();
    private String table = "";
    private int claims;
    private int judged;
    private List<Finding> ofSought = List.of();

    OracleContract(Oracle oracle, int cases, int freshCases) {
        this.oracle = oracle;
        this.cases = cases;
        this.freshCases = freshCases;
    }

    /** The outcome of at least one case in five; the claim is made there. */
    abstract String claimed();

    /** The outcomes in which the claim is not made. */
    abstract Set<String> unclaimed();

    /** Productions that need not occur with the claim. */
    abstract Set<String> excusedFromTheClaim();

    /** Productions that need not occur without it. */
    Set<String> excusedFromItsAbsence() {
        return Set.of();
    }

    @BeforeAll
    void judge() {
        ofVectors = OracleRun.ofVectors(oracle);
        long fresh = System.nanoTime();
        System.out.println(oracle.name() + ": fixed seed " + OracleRun.FIXED + ", fresh seed " + fresh);
        ofFixedSeed = OracleRun.of(oracle, OracleRun.FIXED, cases);
        table = oracle.outcomes().table();
        ofFreshSeed = OracleRun.of(oracle, fresh, freshCases);
        // Where a rare production is sought, the claim is mostly not made
        claims = oracle.outcomes().of(claimed());
        judged = oracle.outcomes().all();
        ofSought = Stream.of(seek(Set.of(claimed()), excusedFromTheClaim()), seek(unclaimed(), excusedFromItsAbsence()))
                .flatMap(List::stream)
                .toList();
        System.out.println(oracle.outcomes().table() + "shown: " + oracle.shown() + ", silent: " + oracle.silences());
    }

    @AfterAll
    void close() {
        oracle.close();
    }

    @Test
    void nobodyDisagreesOnTheFixedSeed() {
        assertThat(lines(ofFixedSeed)).isEmpty();
    }

    /** The seed is in the output of this class; {@code bin/fuzz} with it begins with the same cases. */
    @Test
    void nobodyDisagreesOnAFreshSeed() {
        assertThat(lines(ofFreshSeed)).isEmpty();
    }

    @Test
    void whatWasFoundBeforeDoesNotComeBack() {
        assertThat(lines(ofVectors)).isEmpty();
    }

    /** A program that reads nothing cannot disagree. */
    @Test
    void eachProgramReadsNearlyAllThatItIsAsked() {
        assertThat(oracle.silences())
                .allSatisfy(
                        (program, times) -> assertThat(times * 10).as(program).isLessThan(oracle.shown()));
    }

    /** Calling everything doubtful would be no answer. */
    @Test
    void theClaimIsMadeInOneCaseOfFive() {
        assertThat(claims * 5).as(table).isGreaterThanOrEqualTo(judged);
    }

    @Test
    void eachProductionOccursWithTheClaimAndWithout() {
        assertThat(missing(Set.of(claimed()), excusedFromTheClaim())).as(table).isEmpty();
        assertThat(missing(unclaimed(), excusedFromItsAbsence())).as(table).isEmpty();
        assertThat(lines(ofSought)).isEmpty();
    }

    private Set<String> missing(Set<String> outcomes, Set<String> expected) {
        Set<String> missing = oracle.outcomes().without(outcomes);
        missing.removeAll(expected);
        return missing;
    }

    /** Chance leaves rare productions out. */
    private List<Finding> seek(Set<String> outcomes, Set<String> expected) {
        return missing(outcomes, expected).stream()
                .flatMap(production -> OracleRun.seek(oracle, production, outcomes).stream())
                .toList();
    }

    /** Returns a finding for each case, with all programs that disagree on it. */
    private static List<String> lines(List<Finding> findings) {
        return findings.stream().collect(Collectors.groupingBy(Finding::seed)).values().stream()
                .map(same -> same.getFirst()
                        + same.stream()
                                .skip(1)
                                .map(Finding::who)
                                .distinct()
                                .collect(Collectors.joining(", ", " [also ", "]")))
                .toList();
    }
}
