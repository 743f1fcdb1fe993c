package org.postseal.gateway.mail.recording;

/** A stage of one message under way, or a part of one, for JDK Flight Recorder. Begun and ended by one thread; without a recording that asks for it, it costs nothing that can be measured. */
public final class StageRecording {
    /** The name of the events. */
    public static final String NAME = StageEvent.NAME;

    private final String stage;
    private final StageEvent event = new StageEvent();

    private StageRecording(String stage) {
        this.stage = stage;
        event.begin();
    }

    /** Begins one. */
    public static StageRecording begin(String stage) {
        return new StageRecording(stage);
    }

    /** Ends it; one that is not ended is not recorded. */
    public void end(String queueId, int recipients, long octets) {
        event.end();
        if (event.shouldCommit()) {
            event.stage = stage;
            event.queueId = queueId;
            event.recipients = recipients;
            event.bytes = octets;
            event.commit();
        }
    }
}
