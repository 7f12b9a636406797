/** Mounts the page. */

import "@vkontakte/vkui/dist/vkui.css";
import "./style/tokens.css";
import "./style/page.css";
import "./style/prejoin.css";
import "./style/call.css";
import "./style/tile.css";
import "./style/bar.css";
import "./style/panel.css";
import "./style/layout.css";
import "./style/settings.css";
import "./style/sheet.css";
import "./style/rooms.css";
import "./style/rooms-pupil.css";
import "./style/rooms-wall.css";
import "./style/dialog.css";
import "./style/classroom.css";

import { createRoot } from "react-dom/client";

import { App } from "./app";
import { words } from "./words";

const place = document.getElementById("page");
if (!place) throw new Error("index.html has no #page");
document.documentElement.lang = words.locale;
createRoot(place).render(<App path={window.location.pathname} search={window.location.search} />);
