/** The English catalogue; its shape is the Russian one's. */

import type { Words } from ".";

export const en: Words = {
  locale: "en",
  brand: "Zvonok",
  pageTitle: (title) => `${title} · Zvonok`,

  role: { administrator: "call administrator", teacher: "teacher", student: "pupil", parent: "parent" },

  common: { loading: "Loading…", close: "Close", retry: "Try again", you: "you" },

  entry: {
    ticket_used: {
      title: "This link was already used",
      text: "An entry link works once, so that nobody else can use it. Go back to the journal or diary and open the lesson again.",
    },
    ticket_expired: {
      title: "This entry link is too old",
      text: "A link works for a few minutes. Go back to the journal or diary and open the lesson again.",
    },
    ticket_unknown: {
      title: "This entry link does not fit",
      text: "Perhaps it was not copied whole. Open the lesson from the journal or diary instead.",
    },
    too_many_tries: {
      title: "Too many sign-ins were begun",
      text: "Too many sign-ins were begun from here. Wait a little and try again, or sign in with your phone number.",
    },
    meeting_gone: {
      title: "The call has ended",
      text: "Go back to your learning platform and open the lesson again.",
    },
    meeting_full: {
      title: "The call is full",
      text: "As many people are in it as it holds. Try again in a few minutes.",
    },
    guests_refused: {
      title: "Guests are not let in",
      text: "Sign in to your learning platform under your own name and open the lesson there.",
    },
    provider_failed: {
      title: "Signing in through the other service failed",
      text: "The service you signed in with did not answer as it should. Try again or sign in with your phone number.",
    },
    provider_denied: {
      title: "The sign-in was not confirmed",
      text: "You cancelled in the other service. Try again or sign in with your phone number.",
    },
    provider_unknown: {
      title: "There is no such way to sign in",
      text: "Sign in with your phone number or choose another way.",
    },
    sign_in_expired: {
      title: "Too much time has passed",
      text: "A sign-in must be finished within minutes and in the same browser. Start again.",
    },
    again: "Sign in again",
  },

  unknown: {
    title: "There is no such page",
    text: "Check the address: perhaps it was not copied whole.",
    home: "To the first page",
  },

  problem: {
    signIn: "Sign in to your profile",
    session_missing: {
      title: "Enter from the journal or diary",
      text: "This tab does not know who you are: much time has passed, the link was opened in another browser, or somebody else entered in this one. Open the lesson from the journal or diary again.",
    },
    not_invited: {
      title: "You are not on this lesson's list",
      text: "The teacher, the pupils of this class and their parents may enter. If you belong to the class, tell the class teacher.",
    },
    call_unknown: {
      title: "There is no such lesson",
      text: "Perhaps the teacher deleted it, or the link was not copied whole. See the timetable in the diary.",
    },
    other: {
      title: "The lesson cannot be opened",
      text: "The server does not answer. Check your internet connection and try again.",
    },
  },

  waiting: {
    title: "The lesson has not started yet",
    text: "The teacher will start the call soon. Keep this page open: it will enter the lesson by itself.",
    startsAt: (when) => `Starts: ${when}`,
    checking: "waiting for the start",
  },

  ended: { title: "The lesson is over", text: "The teacher has ended the call. You may close this tab." },

  prejoin: {
    heading: "Check your camera and microphone",
    join: "Join",
    joining: "Joining…",
    enteringAs: (name, role) => `You will join as ${name}, ${role}`,
    previewOff: "The camera is off",
    settling: "Turning on camera and microphone. If the browser asks for permission, please answer.",
    previewStarting: "Starting the camera…",
    preview: "This is how others will see you",
    camera: "Camera",
    microphone: "Microphone",
    speaker: "Speaker",
    turnOn: (what) => `Turn on: ${what}`,
    turnOff: (what) => `Turn off: ${what}`,
    level: "Microphone level",
    levelHint: "Say something: the bar should move",
    levelOff: "The microphone is off",
    testSpeaker: "Test the sound",
    silent: "Only listening or watching? You may join without a camera and without a microphone.",
    deviceName: (n) => `Device ${n}`,
    defaultDevice: "System default",
    retry: "Check again",
    failed: "Could not join. Check your internet connection and try again.",
  },

  device: {
    camera: {
      denied: "The browser did not allow the camera",
      denied_system: "The system does not let the browser use the camera",
      missing: "No camera was found",
      busy: "Another program is using the camera",
      insecure: "The camera is not available on this page",
      unknown: "The camera did not start",
    },
    microphone: {
      denied: "The browser did not allow the microphone",
      denied_system: "The system does not let the browser use the microphone",
      missing: "No microphone was found",
      busy: "Another program is using the microphone",
      insecure: "The microphone is not available on this page",
      unknown: "The microphone did not start",
    },
    help: {
      denied_system: "Open the privacy settings of the computer or phone and let the browser use this device.",
      missing: "Connect the device and check its cable or Bluetooth: the page will notice it by itself.",
      busy: "Close other programs and tabs with a call or a recording and press “Check again”.",
      insecure: "The page's address must start with https://. Tell the school's administrator.",
      unknown: "Reconnect the device or restart the browser.",
    },
    allow: {
      chrome: "Press the icon left of the address, allow access and reload the page.",
      edge: "Press the lock left of the address, allow access for this site and reload the page.",
      yandex: "Press the lock left of the address, allow access and reload the page.",
      firefox: "Press the crossed icon left of the address, lift the block and press “Check again”.",
      safari: "In the Safari menu open “Settings for This Website”, allow access and reload the page.",
      ios: "Press “aA” left of the address, then “Website Settings”, allow access and reload the page.",
      android: "Press the icon left of the address, then “Permissions”, allow access and reload the page.",
      other: "Allow this page access in the browser's settings and reload it.",
    },
  },

  bar: {
    label: "Call controls",
    screen: "Share screen",
    board: "Whiteboard",
    hand: "Raise hand",
    camera: "Camera",
    microphone: "Microphone",
    leave: "Leave the call",
    chat: "Chat",
    participants: "Participants",
    layout: "Participants' layout",
    settings: "Settings",
    minimize: "Minimise the call",
    maximize: "Maximise the call",
    more: "More",
    less: "Hide",
    later: "comes with the next version",
    screenForbidden: "The call administrator has not allowed screen sharing",
    cameraForbidden: "The call administrator has not allowed cameras",
    microphoneForbidden: "The call administrator has not allowed microphones",
    screenUnsupported: "This browser cannot share the screen",
    on: { camera: "Camera is on", microphone: "Microphone is on", screen: "You are sharing your screen" },
    off: { camera: "Camera is off", microphone: "Microphone is off", screen: "Screen is not shared" },
    turnOn: { camera: "Turn on the camera", microphone: "Turn on the microphone", screen: "Share screen" },
    turnOff: { camera: "Turn off the camera", microphone: "Turn off the microphone", screen: "Stop sharing" },
  },

  stage: {
    label: "Participants of the call",
    screenOf: (name) => `Screen: ${name}`,
    yourScreen: "You are sharing your screen",
    yourScreenHint: "Participants see what you chose to share.",
    stopScreen: "Stop sharing",
    alone: "You are alone in the call so far",
    aloneHint: "Others appear here as soon as they join.",
    page: (n, of) => `Page ${n} of ${of}`,
    previous: "Previous page of participants",
    next: "Next page of participants",
    muted: "Microphone is off",
    speaking: "Speaking",
    paused: "Picture paused: weak connection",
    quality: {
      excellent: "Good connection",
      good: "Fair connection",
      poor: "Weak connection",
      lost: "Connection lost",
      unknown: "Checking the connection",
    },
  },

  participants: {
    title: "Participants",
    count: (n) => (n === 1 ? "1 participant" : `${n} participants`),
    microphoneOn: "microphone on",
    microphoneOff: "microphone off",
    cameraOn: "camera on",
    cameraOff: "camera off",
    sharing: "sharing the screen",
  },

  settings: { title: "Settings", devices: "Devices" },

  connection: {
    connecting: "Connecting…",
    reconnecting: "The connection broke, restoring it…",
    restored: "The connection is restored",
    leave: "Leave the call",
  },

  sound: { blocked: "The browser did not start the sound", enable: "Turn on the sound" },

  announce: {
    joined: (name) => `${name} is in the call now`,
    left: (name) => `${name} left the call`,
    mutedByAdministrator: "The call administrator turned off your microphone",
    screenStarted: (name) => `${name} is sharing the screen`,
    screenStopped: (name) => `${name} stopped sharing the screen`,
    screenLost: "Screen sharing was interrupted. Please start it again.",
    screenFailed: "The screen could not be shared",
  },

  left: {
    left: { title: "You left the call", text: "If this was by accident, enter again: the lesson is still running." },
    removed: {
      title: "You were removed from the call",
      text: "The call administrator ended your participation. If this is a mistake, write to the teacher or enter again.",
    },
    refused: {
      title: "You were not let in",
      text: "The teacher refused your entry. If you should be at the lesson, write to the teacher or enter again.",
    },
    ended: { title: "The call has ended", text: "The call administrator has ended the lesson. You may close this tab." },
    elsewhere: {
      title: "You joined from another device",
      text: "The call goes on in another tab or on another device. To come back here, enter again.",
    },
    full: {
      title: "The call is full",
      text: "There is no room for more participants in this call. Enter again when somebody has left, or tell the teacher.",
    },
    network: {
      title: "The connection to the server is lost",
      text: "Check your internet connection and enter again. If that does not help, the network may block calls: tell the school's administrator.",
    },
    again: "Enter again",
    back: "Back to the learning platform",
  },
};
