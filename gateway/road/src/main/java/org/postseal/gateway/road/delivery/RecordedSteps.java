package org.postseal.gateway.road.delivery;

import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.recording.StageRecording;
import org.postseal.gateway.road.journal.JournalException;

/** The parts of the delivery of one message, for JDK Flight Recorder. */
record RecordedSteps(Envelope envelope, long octets) {
    /** A step of the journal. */
    interface Step<T> {
        T run() throws JournalException;
    }

    /** One that comes to no value. */
    interface VoidStep {
        void run() throws JournalException;
    }

    /** Runs it, recorded under this name whatever comes of it. */
    <T> T recorded(String name, Step<T> step) throws JournalException {
        StageRecording recording = StageRecording.begin(name);
        try {
            return step.run();
        } finally {
            end(recording);
        }
    }

    /** The same for one that comes to no value. Another name: the compiler would not tell every lambda apart. */
    void record(String name, VoidStep step) throws JournalException {
        StageRecording recording = StageRecording.begin(name);
        try {
            step.run();
        } finally {
            end(recording);
        }
    }

    /** Ends what was begun for this message. */
    void end(StageRecording recording) {
        recording.end(envelope.queueId().text(), envelope.recipients().size(), octets);
    }
}
