package org.postseal.gateway.app.metrics;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.revocation.AnswerKeeper;
import org.postseal.gateway.audit.ArchiveState;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ChainState;
import org.postseal.gateway.audit.CopyState;

/** Counts the records of an audit log when they are on disk. */
record MeteredAuditLog(AuditLog log, AuditMetrics metrics) implements AuditLog {
    @Override
    public void requireWritable() throws IOException {
        counted(log::requireWritable);
    }

    @Override
    public AnswerKeeper answers() {
        return log.answers();
    }

    @Override
    public Optional<ArchiveState> evidence() {
        return log.evidence();
    }

    @Override
    public Optional<CopyState> copy() {
        return log.copy();
    }

    @Override
    public void force() throws IOException {
        counted(log::force);
    }

    @Override
    public List<ChainState> chains() {
        return log.chains();
    }

    @Override
    public void append(List<AuditEvent> events) throws IOException {
        long start = System.nanoTime();
        counted(() -> log.append(events));
        metrics.recorded(events, System.nanoTime() - start);
    }

    @Override
    public void reopen() throws IOException {
        counted(log::reopen);
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    private void counted(Step step) throws IOException {
        try {
            step.run();
        } catch (IOException e) {
            metrics.failed();
            throw e;
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
