//! Simplified Chinese.

use super::strings::{Date, Errors, Strings, isolated};

pub const ZH: Strings = Strings {
    product: "Rill",
    about: "一个安静聊天的地方，跑在你自己的服务器上。",
    skip_to_box: "跳到输入框",
    skip_to_page: "跳到正文",
    loading: "正在加载…",
    cancel: "取消",

    enter_title: "请进",
    your_name: "你的名字",
    name_help: "别人会看到这个名字。",
    enter: "进入",
    leave: "离开",
    draft: "草稿",

    rooms: "房间",
    new_room: "新建房间",
    room_name: "房间名称",
    create: "创建",
    rename: "改名",
    save: "保存",
    back_to_rooms: "返回房间列表",
    pick_room: "选一个房间",
    pick_room_help: "里面从头到尾说过的话都在。",
    not_joined: |room| format!("你还没有加入{}", isolated(room)),
    not_joined_help: "加入之后，就能看到大家说过的话，也能发言。",
    join: "加入",
    missing: "这里什么都没有",
    missing_help: "这个房间不存在，或者你看不到它。",
    to_rooms: "查看房间",

    messages_in: |room| format!("{}的消息", isolated(room)),
    beginning: |room| format!("{}从这里开始", isolated(room)),
    beginning_help: "还没有人说话。来说第一句吧。",
    older: "更早的消息",
    new_messages: |n| format!("{n} 条新消息"),
    jump_to_latest: "跳到最新",
    sending: "正在发送",
    not_sent: "未发送",
    waiting_network: "尚未发送：正在等待网络",
    waiting_server: "尚未发送：正在等待服务器",
    retry: "重试",
    delete: "删除",
    delete_message: "删除消息",
    delete_question: "删除这条消息？",

    message_room: |room| format!("发消息到{}", isolated(room)),
    send: "发送",
    keys_hint: "按 Enter 发送，按 Shift+Enter 换行",
    offline_hint: "已离线：恢复后会自动发出",
    characters_left: |n| format!("还可以写 {n} 个字"),
    characters_over: |n| format!("超出 {n} 个字"),

    reconnecting: "正在重新连接…",
    back_online: "已恢复连接",
    session_ended: "你的会话已结束。",
    enter_again: "重新进入",
    no_live: "实时更新已关闭，刷新页面可看到新消息。",
    update_ready: "新版本已就绪。",
    reload: "刷新",
    close: "关闭",

    your_menu: |name| format!("{}：主题、语言、离开", isolated(name)),
    theme: "主题",
    theme_system: "跟随系统",
    theme_light: "浅色",
    theme_dark: "深色",
    language: "语言",

    today: "今天",
    yesterday: "昨天",
    weekdays: ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
    months: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    date,

    refused_title: "没有成功",
    refused_kept: "什么都没有丢：你写的内容在下面。",
    your_message: "你的消息",
    send_again: "再试一次",
    go_back: "返回",

    errors: Errors {
        text_empty: "消息是空的。先写点什么吧。",
        text_too_long: "消息太长：最多 8,000 个字。",
        text_character: "消息里有不能发送的字符。",
        name_empty: "名字是空的。",
        name_too_long: "名字太长。",
        name_character: "名字里有不能显示的字符。",
        bad_input: "没有看懂这个请求。",
        not_entered: "你还没有进入。请先用一个名字进入。",
        forbidden: "你不能做这件事。",
        cross_site: "这个请求来自别的网站，已拒绝。",
        not_found: "它不存在，或者你看不到它。",
        method_not_allowed: "这个地址不接受这种请求。",
        key_used: "这张表单已经用来发过另一条消息。请再发一次。",
        name_taken: "别人已经用了这个名字，或者看起来一样的名字。请换一个。",
        too_large: "内容太大，不能发送。",
        content_type: "这里不支持这种格式的请求。",
        too_fast: "太快了。稍等一下再试。",
        internal: "服务器出了问题，已经记录下来。请再试一次。",
        busy: "服务器正忙。请稍后再试。",
        storage_full: "服务器的磁盘已满。腾出空间之前不能保存任何内容。",
        network: "没有收到回应。请检查网络后再试。",
    },
};

fn date(date: &Date) -> String {
    let weekday = ZH.weekdays[usize::from(date.weekday % 7)];
    let month = ZH.months[usize::from((date.month + 11) % 12)];
    match date.with_year {
        true => format!("{}年{month}{}日 {weekday}", date.year, date.day),
        false => format!("{month}{}日 {weekday}", date.day),
    }
}
