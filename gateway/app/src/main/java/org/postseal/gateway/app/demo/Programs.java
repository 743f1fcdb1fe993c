package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The programs that a demonstration starts, each with its output in a file. They end when this is closed, and at the
 * latest with the process.
 */
final class Programs implements AutoCloseable {
    private final Path folder;
    private final List<Process> running = new ArrayList<>();
    private final Thread atExit = new Thread(this::end);

    Programs(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts a program that stays in the foreground. */
    synchronized Process start(String name, List<String> words) throws IOException {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()))
                .start();
        running.add(process);
        return process;
    }

    /** Runs a program to its end. */
    void run(String name, List<String> words) throws IOException {
        Process process = start(name, words);
        if (!ended(process) || process.exitValue() != 0) {
            throw new IOException(name + " failed:\n" + Files.readString(log(name)));
        }
    }

    /** Waits until something answers. */
    void await(String name, Process process, Answering answers) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (!answers.now()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException(name + " does not start:\n" + Files.readString(log(name)));
            }
            pause();
        }
    }

    void awaitEnd(String name, Process process) throws IOException {
        if (!ended(process)) {
            throw new IOException(name + " does not end");
        }
    }

    @FunctionalInterface
    interface Answering {
        boolean now();
    }

    static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook has nothing left to end.
        }
    }

    /** Ends all of them, the one that was started last first. */
    private synchronized void end() {
        for (Process process : running.reversed()) {
            process.destroy();
            if (!ended(process)) {
                process.destroyForcibly();
            }
        }
        running.clear();
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(PATIENCE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    private static final long PATIENCE = 60;
}
