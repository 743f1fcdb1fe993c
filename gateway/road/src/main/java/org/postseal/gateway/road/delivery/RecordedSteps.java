package org.postseal.gateway.road.delivery;

import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.recording.StageRecording;
import org.postseal.gateway.road.journal.JournalException;

/** Records the parts of the delivery of one message for JDK Flight Recorder. */
record RecordedSteps(Envelope envelope, long octets) {
    interface Step<T> {
        T run() throws JournalException;
    }

    interface VoidStep {
        void run() throws JournalException;
    }

    /** Runs a step and records it under this name, whether it succeeds or not. */
    <T> T recorded(String name, Step<T> step) throws JournalException {
        StageRecording recording = StageRecording.begin(name);
        try {
            return step.run();
        } finally {
            end(recording);
        }
    }

    /**
     * Runs a step without a value and records it. It has another name because the compiler could not tell every lambda
     * apart.
     */
    void record(String name, VoidStep step) throws JournalException {
        StageRecording recording = StageRecording.begin(name);
        try {
            step.run();
        } finally {
            end(recording);
        }
    }

    /** Ends a recording that was begun for this message. */
    void end(StageRecording recording) {
        recording.end(envelope.queueId().text(), envelope.recipients().size(), octets);
    }
}
