"""BigBlueButton's interface, so that Moodle, Canvas, Nextcloud and others work with the client they ship.

In: their signed requests below /bigbluebutton/api. Out: XML, meetings and visitors of ours, callbacks to them.
"""
