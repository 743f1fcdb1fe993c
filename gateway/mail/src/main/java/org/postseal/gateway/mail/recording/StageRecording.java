package org.postseal.gateway.mail.recording;

/**
 * Times a stage of one message, or a part of a stage, for JDK Flight Recorder. One thread begins and ends it. Without a
 * recording that asks for it, it costs nothing that can be measured.
 */
public final class StageRecording {
    public static final String NAME = StageEvent.NAME;

    private final String stage;
    private final StageEvent event = new StageEvent();

    private StageRecording(String stage) {
        this.stage = stage;
        event.begin();
    }

    public static StageRecording begin(String stage) {
        return new StageRecording(stage);
    }

    /** Ends the stage; a stage that is not ended is not recorded. */
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
