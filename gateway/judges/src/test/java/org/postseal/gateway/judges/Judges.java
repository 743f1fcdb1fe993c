package org.postseal.gateway.judges;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Every program that reads MIME. Each has a thread of its own, so that a message is read by all of them at once. */
final class Judges implements AutoCloseable {
    private final Map<Judge, ExecutorService> threads = new LinkedHashMap<>();

    Judges() {
        List<Judge> all = new ArrayList<>(ProgramJudge.all());
        all.add(new Mime4jJudge());
        all.add(new AngusJudge());
        all.forEach(judge -> threads.put(
                judge, Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())));
    }

    /** Returns the names of all of them. */
    List<String> names() {
        return threads.keySet().stream().map(Judge::name).toList();
    }

    /** Returns what each shows of each message, by the name of the judge. */
    Map<String, List<Shown>> read(List<byte[]> messages) {
        Map<String, CompletableFuture<List<Shown>>> asked = new LinkedHashMap<>();
        threads.forEach((judge, thread) -> asked.put(
                judge.name(),
                CompletableFuture.supplyAsync(
                        () -> messages.stream().map(judge::read).toList(), thread)));
        Map<String, List<Shown>> shown = new LinkedHashMap<>();
        asked.forEach((name, answer) -> shown.put(name, answer.join()));
        return shown;
    }

    @Override
    public void close() {
        threads.values().forEach(ExecutorService::shutdownNow);
        threads.keySet().forEach(Judge::close);
    }
}
