package org.postseal.gateway.e2e.interop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The outcome of every cell.
 *
 * @param versions the versions of the peers, in their order
 * @param outcomes the outcomes in the order of the tables
 */
record Matrix(Map<PeerName, String> versions, Map<Cell, Outcome> outcomes) {
    /** Returns the lines of all tables in their order. */
    static List<Line> lines() {
        return Stream.<List<? extends Line>>of(
                        List.of(SignatureLine.values()), EncryptionLine.ALL, List.of(StructureLine.values()))
                .<Line>flatMap(List::stream)
                .toList();
    }

    /** Runs all cells, two peers at a time. */
    static Matrix run(People people, List<Peer> peers) throws InterruptedException {
        Trials trials = new Trials(people);
        Map<PeerName, String> versions = new LinkedHashMap<>();
        Map<Cell, Outcome> outcomes = new LinkedHashMap<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            List<Future<Map<Cell, Outcome>>> parts = new ArrayList<>();
            for (Peer peer : peers) {
                versions.put(peer.name(), peer.version());
                parts.add(pool.submit(() -> run(trials, peer)));
            }
            for (Future<Map<Cell, Outcome>> part : parts) {
                outcomes.putAll(part.get());
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
        return new Matrix(versions, outcomes);
    }

    private static Map<Cell, Outcome> run(Trials trials, Peer peer) {
        Map<Cell, Outcome> outcomes = new LinkedHashMap<>();
        for (Line line : lines()) {
            for (Column column : line.columns()) {
                Cell cell = new Cell(peer.name(), line, column);
                outcomes.put(cell, outcome(trials.run(peer, line, column), Limit.of(cell)));
            }
        }
        return outcomes;
    }

    /** Judges a trial. A limit excuses only what it says: it must go when a peer has learnt to do it. */
    static Outcome outcome(Trial trial, Optional<Limit> limit) {
        return switch (trial) {
            case Trial.Wrong(String what) -> new Outcome.Failed(what);
            case Trial.Good _ ->
                limit.<Outcome>map(known -> new Outcome.Failed("limit no longer true, remove it: " + known.words()))
                        .orElseGet(Outcome.Ok::new);
            case Trial.PeerRefused(String messages) ->
                limit.filter(known -> known.isSaidBy(messages))
                        .<Outcome>map(Outcome.Limited::new)
                        .orElseGet(() -> new Outcome.Failed("the peer refuses: " + messages));
            case Trial.NotAskable _ ->
                limit.filter(known -> !known.isTried())
                        .<Outcome>map(Outcome.Limited::new)
                        .orElseGet(() -> new Outcome.Failed("the peer cannot be asked, and no limit says so"));
        };
    }

    /** Returns the cells that are neither good nor covered by a limit, with what happened. */
    List<String> failures() {
        return outcomes.entrySet().stream()
                .flatMap(each -> each.getValue() instanceof Outcome.Failed(String why)
                        ? Stream.of(each.getKey() + ": " + why)
                        : Stream.of())
                .toList();
    }
}
